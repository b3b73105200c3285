import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const script = join(import.meta.dirname, 'netlab.sh')

export const canNetlab =
  process.getuid?.() === 0 && existsSync('/usr/sbin/sshd') && existsSync('/usr/bin/iperf3') && process.platform === 'linux'

/** A session's second process may have ended with its first. */
const kill = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

export interface Netlab {
  dir: string
  sshConfigFile: string
  /** Address of a host on a link: mgmt0, eth0, ib0. */
  address(host: 'a' | 'b', link: 'eth0' | 'ib0'): string
  /** Runs a command inside a host's namespaces, as its sshd sees files and network. */
  inside(host: 'a' | 'b', command: string): string
  /** Words before a command that run it inside a host's namespaces. */
  enter(host: 'a' | 'b'): string[]
  /** Command lines of all processes in a host but its sshd. */
  processes(host: 'a' | 'b'): string[]
  /** Ends what has these words in its command line, in this lab only: process ids are shared with the other labs. */
  end(host: 'a' | 'b', words: RegExp): void
  /** Kills the sshd processes that serve connections, with -9. */
  killSessions(host: 'a' | 'b'): void
  /** Cuts or restores the management link to a host. */
  management(host: 'a' | 'b', state: 'up' | 'down'): void
  down(): void
}

/** Makes lab number `n`; each test file uses its own number, so that files can run at the same time. */
export const startNetlab = (n: number): Netlab => {
  const dir = mkdtempSync(join(tmpdir(), `headroom-netlab${n}-`))
  const run = (verb: string): string =>
    execFileSync('sh', [script, verb, dir, String(n)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  run('up')
  const enter = (host: 'a' | 'b'): string[] => [
    'nsenter',
    '-t',
    readFileSync(join(dir, host, 'sshd.pid'), 'utf8').trim(),
    '-n',
    '-m',
    '--wd=.',
  ]
  const inside = (host: 'a' | 'b', command: string): string => {
    const [program = 'nsenter', ...words] = enter(host)
    return execFileSync(program, [...words, 'sh', '-c', command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  }
  const commands = (host: 'a' | 'b'): { pid: number; args: string }[] =>
    execFileSync('sh', ['-c', `ip netns pids hrlab${n}${host} | xargs -r ps -o pid=,args= -p || true`], { encoding: 'utf8' })
      .split('\n')
      .map((line) => /^\s*(\d+)\s+(.*)$/.exec(line))
      .flatMap((match) => (match ? [{ pid: Number(match[1]), args: match[2] ?? '' }] : []))
  return {
    dir,
    sshConfigFile: join(dir, 'ssh_config'),
    address: (host, link) => `10.${100 + n}.${link === 'eth0' ? 1 : 2}.${host === 'a' ? 1 : 2}`,
    inside,
    enter,
    processes: (host) =>
      commands(host)
        .map(({ args }) => args)
        .filter((args) => !/sshd/.test(args)),
    end: (host, words) => {
      for (const { pid, args } of commands(host)) if (words.test(args)) kill(pid, 'SIGTERM')
    },
    killSessions: (host) => {
      for (const { pid, args } of commands(host)) if (/^sshd(-session)?: root/.test(args)) kill(pid, 'SIGKILL')
    },
    management: (host, state) => execFileSync('ip', ['link', 'set', `hrm${n}${host}`, state]),
    down() {
      run('down')
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
