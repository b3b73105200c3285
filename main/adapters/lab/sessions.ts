import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import type { ServerChannel, Session } from 'ssh2'
import { hostPath, type LabHostState } from './state'

/** Invented, so that a leak of it into a store or a report is visible. */
export const LAB_SECRET = 'lab-secret-9f27c1e4-must-never-be-stored'
/** The only user of the simulated hosts. */
export const LAB_USER = 'lab'

export const hostEnvironment = (dir: string, host: LabHostState): Record<string, string> => ({
  PATH: `${hostPath(dir, host.name, 'bin')}:/usr/local/bin:/usr/bin:/bin`,
  HOME: hostPath(dir, host.name, 'home'),
  USER: LAB_USER,
  LOGNAME: LAB_USER,
  SHELL: '/bin/sh',
  TMPDIR: hostPath(dir, host.name, 'tmp'),
  HEADROOM_SIMULATED: '1',
  HEADROOM_SYS_ROOT: hostPath(dir, host.name, 'root'),
  HEADROOM_LAB_STATE: dir,
  HEADROOM_LAB_HOST: host.name,
  LAB_API_TOKEN: LAB_SECRET,
})

/** sshd's usual AcceptEnv. */
const isAcceptedVariable = (name: string): boolean => name === 'LANG' || /^LC_[A-Z]+$/.test(name)

const signalGroup = (child: ChildProcessWithoutNullStreams, signal: NodeJS.Signals): void => {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch (error) {
    // ESRCH: it has ended in the meantime.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

const isSignalName = (name: string): name is NodeJS.Signals => /^SIG(HUP|INT|QUIT|KILL|TERM|USR1|USR2|CONT)$/.test(name)

/** Joins a shell to a channel with back-pressure both ways; the channel closes when the shell and its pipes have. */
const connect = (child: ChildProcessWithoutNullStreams, channel: ServerChannel): void => {
  channel.pipe(child.stdin)
  child.stdout.pipe(channel, { end: false })
  child.stderr.pipe(channel.stderr, { end: false })
  child.stdin.on('error', () => {
    // EPIPE: the command ended without reading its input, as `true` does.
    channel.unpipe(child.stdin)
  })
  child.once('error', () => {
    channel.exit(127)
    channel.end()
  })
  child.once('close', (code, signal) => {
    if (signal !== null) channel.exit(signal.slice(3), false, '')
    else channel.exit(code ?? 255)
    channel.end()
  })
  channel.once('close', () => {
    // The client has gone: what it started reads end of file and writes into closed pipes, but is not killed.
    child.stdin.destroy()
    child.stdout.destroy()
    child.stderr.destroy()
  })
}

/** Serves exec, shell and env requests of one SSH session with a real /bin/sh. */
export const serveSession = (session: Session, dir: string, host: LabHostState, started: Set<ChildProcessWithoutNullStreams>): void => {
  const environment = hostEnvironment(dir, host)
  let child: ChildProcessWithoutNullStreams | null = null
  const run = (args: string[], channel: ServerChannel): void => {
    const home = hostPath(dir, host.name, 'home')
    mkdirSync(home, { recursive: true })
    // Detached: a session and process group of its own, like under sshd.
    const running = spawn('/bin/sh', args, { cwd: home, env: environment, detached: true, stdio: 'pipe' })
    child = running
    started.add(running)
    running.once('exit', () => started.delete(running))
    connect(running, channel)
  }
  session.on('env', (accept, reject, info) => {
    if (!isAcceptedVariable(info.key)) return reject?.()
    environment[info.key] = info.val
    accept?.()
  })
  // No terminal is simulated; ssh says so and goes on.
  session.on('pty', (_accept, reject) => reject?.())
  session.on('exec', (accept, _reject, info) => run(['-c', info.command], accept()))
  session.on('shell', (accept) => run([], accept()))
  session.on('signal', (accept, reject, info) => {
    const name = `SIG${info.name.replace(/^SIG/, '')}`
    if (!child || !isSignalName(name)) return reject?.()
    signalGroup(child, name)
    accept?.()
  })
}
