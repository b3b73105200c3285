import { describe, expect, it } from 'vitest'
import type { ProblemCode, Run, RunStatus } from '../../../preload/contract'
import { lastAttempts, nextLaunch, retryOf } from './next-launch'

const run = (position: number, status: RunStatus, attempt = 1, code: ProblemCode | null = null): Run => ({
  id: `run-${position}-${attempt}`,
  experimentId: 'exp',
  probe: 'tcp',
  probeVersion: '1',
  probeIndex: 0,
  hosts: ['a', 'b'],
  arm: {},
  block: 1,
  repeat: 1,
  warmup: false,
  position,
  attempt,
  status,
  problem: code && { code, message: code },
  transport: null,
  facts: { ranks: 2 },
  warnings: [],
  simulated: false,
  commands: [],
  kitSha256: null,
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: null,
  artifacts: [],
})
const limits = (retries: number) => ({ run_seconds: 60, retries, reconnect_seconds: 10 })
const next = (runs: Run[], retries: number): [string, boolean] | null => {
  const found = nextLaunch(runs, limits(retries))
  return found ? [found.run.id, found.retry] : null
}

describe('what an experiment does next', () => {
  it('goes on with what was interrupted before it begins anything else', () => {
    expect(next([run(0, 'done'), run(1, 'collecting'), run(2, 'pending')], 1)).toEqual(['run-1-1', false])
  })

  it('repeats a failed launch before the next one, as often as the plan says', () => {
    const failed = [run(0, 'failed', 1, 'remote.lost'), run(1, 'pending')]
    expect(next(failed, 1)).toEqual(['run-0-1', true])
    expect(next([failed[0]!, run(0, 'pending', 2), failed[1]!], 1)).toEqual(['run-0-2', false])
    expect(next([failed[0]!, run(0, 'failed', 2, 'remote.lost'), failed[1]!], 1)).toEqual(['run-1-1', false])
    expect(next(failed, 0)).toEqual(['run-1-1', false])
  })

  it('repeats neither what no attempt can mend, nor what was refused, cancelled or done', () => {
    const ended = [
      run(0, 'failed', 1, 'remote.tool_missing'),
      run(1, 'refused', 1, 'transport.contradicted'),
      run(2, 'cancelled', 1, 'run.cancelled'),
      run(3, 'done'),
    ]
    expect(next(ended, 5)).toBeNull()
  })

  it('an attempt is a row of its own, with nothing of the one before', () => {
    const first = run(4, 'failed', 1, 'remote.lost')
    expect(retryOf(first, 'new')).toMatchObject({
      id: 'new',
      position: 4,
      attempt: 2,
      status: 'pending',
      problem: null,
      facts: {},
      startedAt: null,
    })
    expect(lastAttempts([run(3, 'done'), first, retryOf(first, 'new')]).map(({ id }) => id)).toEqual(['run-3-1', 'new'])
  })
})
