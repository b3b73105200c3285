import { spawn } from 'node:child_process'
import { hostEnvironment } from './sessions'
import { hostPath, type LabHostState } from './state'

const patienceMs = 20_000

/** Starts the model server of a host as a process of the lab, which ends with it. Address of its root, as http://127.0.0.1:41234. */
export const startModelEndpoint = (dir: string, host: LabHostState): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(hostPath(dir, host.name, 'bin', 'serve-model'), ['--with-parent'], {
      cwd: hostPath(dir, host.name, 'home'),
      env: hostEnvironment(dir, host),
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const fail = (why: string): void => {
      child.kill('SIGKILL')
      reject(new Error(`the simulated model server did not start: ${why}`))
    }
    const timer = setTimeout(() => fail('it said nothing'), patienceMs)
    let said = ''
    child.stdout.on('data', (piece: Buffer) => {
      said = (said + piece.toString()).slice(-1000)
      const address = /(http:\/\/127\.0\.0\.1:\d+)\/gpus-1/.exec(said)?.[1]
      if (address === undefined) return
      clearTimeout(timer)
      child.unref()
      resolve(address)
    })
    child.once('error', (error) => fail(error.message))
    child.once('exit', (code) => {
      clearTimeout(timer)
      fail(`it ended with code ${code}`)
    })
  })
