import { describe, expect, it } from 'vitest'
import { createHostTurns } from './host-turns'

const never = new AbortController().signal

describe('turns on machines', () => {
  it('are taken in the order of asking by those that share a machine, and at once by others', async () => {
    const turns = createHostTurns()
    const log: string[] = []
    const enter = async (owner: string, machines: string[], signal = never): Promise<() => void> => {
      const leave = await turns.take(owner, machines, signal, (owners) => log.push(`${owner} waits for ${owners.join('+')}`))
      log.push(`${owner} begins`)
      return leave
    }
    const leaveA = await enter('A', ['m1', 'm2'])
    const b = enter('B', ['m2', 'm3'])
    const c = enter('C', ['m3'])
    const leaveD = await enter('D', ['m4'])
    expect(log).toEqual(['A begins', 'B waits for A', 'C waits for B', 'D begins'])
    leaveA()
    const leaveB = await b
    leaveB()
    ;(await c)()
    leaveD()
    expect(log.slice(4)).toEqual(['B begins', 'C begins'])
  })

  it('an abort ends the waiting, and those behind it do not wait for it', async () => {
    const turns = createHostTurns()
    const leaveA = await turns.take('A', ['m'], never, () => undefined)
    const aborter = new AbortController()
    const b = turns.take('B', ['m'], aborter.signal, () => undefined)
    const c = turns.take('C', ['m'], never, () => undefined)
    aborter.abort()
    ;(await b)()
    leaveA()
    await expect(c).resolves.toBeTypeOf('function')
  })
})
