import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Problem, RunStatus } from '../../../preload/contract'
import { initialRunState, isTerminal, nextRunState, type RunEvent, type RunState } from './state'

const lost: Problem = { code: 'remote.lost', message: 'gone' }
const denied: Problem = { code: 'remote.not_permitted', message: 'no' }
const contradicted: Problem = { code: 'transport.contradicted', message: 'eth0 carried it' }
const cancelled: Problem = { code: 'run.cancelled', message: 'stopped' }

const play = (retries: number, events: RunEvent[]): RunState => events.reduce(nextRunState, initialRunState(retries))
const toCollecting: RunEvent[] = [{ type: 'deployBegan' }, { type: 'jobStarted' }, { type: 'jobEnded' }]

const anyEvent: fc.Arbitrary<RunEvent> = fc.oneof(
  fc.constantFrom<RunEvent>({ type: 'deployBegan' }, { type: 'jobStarted' }, { type: 'jobEnded' }, { type: 'resultStored' }),
  fc.constantFrom(lost, denied).map((problem): RunEvent => ({ type: 'attemptFailed', problem })),
  fc.constant<RunEvent>({ type: 'transportContradicted', problem: contradicted }),
  fc.constant<RunEvent>({ type: 'cancelled', problem: cancelled }),
  fc
    .constantFrom('absent' as const, 'starting' as const, 'running' as const, 'done' as const, 'lost' as const)
    .map((job): RunEvent => ({ type: 'jobFound', job, problem: null })),
  fc.nat(3).map((retries): RunEvent => ({ type: 'retryRequested', retries })),
)

describe('the life of a run', () => {
  it('goes through deploying, running and collecting to done', () => {
    expect(play(1, [...toCollecting, { type: 'resultStored' }])).toEqual({ status: 'done', attempt: 1, retriesLeft: 1, problem: null })
  })

  it('tries again as often as the plan says, and then fails with the reason', () => {
    const failing: RunEvent[] = [{ type: 'deployBegan' }, { type: 'attemptFailed', problem: lost }]
    expect(play(1, failing)).toEqual({ status: 'pending', attempt: 2, retriesLeft: 0, problem: lost })
    expect(play(1, [...failing, ...failing])).toEqual({ status: 'failed', attempt: 2, retriesLeft: 0, problem: lost })
  })

  it('does not repeat what cannot succeed', () => {
    expect(play(3, [{ type: 'deployBegan' }, { type: 'attemptFailed', problem: denied }]).status).toBe('failed')
  })

  it('refuses a result whose transport is contradicted, without a retry', () => {
    expect(play(3, [...toCollecting, { type: 'transportContradicted', problem: contradicted }])).toMatchObject({
      status: 'refused',
      attempt: 1,
    })
  })

  it.each<[RunStatus, RunEvent[], 'absent' | 'running' | 'done' | 'lost', RunStatus, number]>([
    ['deploying', [{ type: 'deployBegan' }], 'absent', 'pending', 1],
    ['deploying', [{ type: 'deployBegan' }], 'running', 'running', 1],
    ['running', toCollecting.slice(0, 2), 'done', 'collecting', 1],
    ['running', toCollecting.slice(0, 2), 'lost', 'pending', 2],
    ['collecting', toCollecting, 'done', 'collecting', 1],
    ['collecting', toCollecting, 'absent', 'pending', 2],
  ])('after a restart, %s and the job found %s: %s', (_, events, job, status, attempt) => {
    expect(play(1, [...events, { type: 'jobFound', job, problem: null }])).toMatchObject({ status, attempt })
  })

  it('never leaves done, and leaves the other ends only when the user asks', () => {
    fc.assert(
      fc.property(fc.nat(3), fc.array(anyEvent, { maxLength: 40 }), (retries, events) => {
        let state = initialRunState(retries)
        for (const event of events) {
          const next = nextRunState(state, event)
          if (isTerminal(state.status) && next !== state) {
            expect(event.type).toBe('retryRequested')
            expect(state.status).not.toBe('done')
            expect(next.status).toBe('pending')
          }
          expect(next.attempt).toBeGreaterThanOrEqual(state.attempt)
          expect(next.retriesLeft).toBeGreaterThanOrEqual(0)
          if (next.status === 'failed' || next.status === 'refused' || next.status === 'cancelled') expect(next.problem).not.toBeNull()
          if (next.status === 'done') expect(next.problem).toBeNull()
          state = next
        }
      }),
      { numRuns: 500 },
    )
  })

  it('never sticks: from wherever it is, good luck leads to done, bad luck to failed, a cancel to cancelled', () => {
    fc.assert(
      fc.property(fc.nat(3), fc.array(anyEvent, { maxLength: 40 }), (retries, events) => {
        const state = play(retries, events)
        if (isTerminal(state.status)) return
        const good: RunEvent[] = [...toCollecting, { type: 'resultStored' }]
        expect(good.reduce(nextRunState, state).status).toBe('done')
        expect(nextRunState(state, { type: 'cancelled', problem: cancelled }).status).toBe('cancelled')
        const bad = Array.from({ length: state.retriesLeft + 1 }, (): RunEvent => ({ type: 'attemptFailed', problem: lost }))
        expect(bad.reduce(nextRunState, state).status).toBe('failed')
      }),
      { numRuns: 500 },
    )
  })
})
