import { parentPort } from 'node:worker_threads'
import { appError, toProblem } from '../../../preload/contract'
import type { Answer } from './pool'

/** Progress within a task is told at most so often. */
const progressMs = 100

/** The other end of a WorkerPool, in the thread: one task after the other. `onBytes` adds up what was read since. */
export const serveWork = <Task>(work: (task: Task, onBytes: (bytes: number) => void) => Promise<unknown>): void => {
  const port = parentPort
  if (!port) throw appError('internal', 'This module runs in a worker thread only.')
  const answer = (one: Answer): void => port.postMessage(one)
  port.on('message', async (task: Task) => {
    let bytes = 0
    let told = performance.now()
    const onBytes = (more: number): void => {
      bytes += more
      if (performance.now() - told < progressMs) return
      answer({ progress: bytes })
      told = performance.now()
      bytes = 0
    }
    try {
      answer({ value: await work(task, onBytes) })
    } catch (error) {
      answer({ problem: toProblem(error) })
    }
  })
}
