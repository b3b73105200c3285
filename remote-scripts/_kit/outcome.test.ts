import { describe, expect, it } from 'vitest'
import { lastLines, pairProblem, roleProblem } from './outcome'

const role = (exitCode: number | null, stderr: string, name = 'client'): Parameters<typeof roleProblem>[0] & object => ({
  role: name,
  host: 'a',
  exitCode,
  files: new Map([['stderr', new TextEncoder().encode(stderr)]]),
  facts: {},
})

describe('roleProblem', () => {
  it('takes the problem that the script declared, and only a code that exists', () => {
    expect(roleProblem(role(70, 'noise\nremote.no_hca: mlx5_9 is not there\n'), 'The client')).toMatchObject({
      code: 'remote.no_hca',
      message: 'The client on a: mlx5_9 is not there',
    })
    expect(roleProblem(role(70, 'remote.invented: x\n'), 'The client')?.code).toBe('remote.tool_failed')
  })

  it.each([
    ['RuntimeError: CUDA out of memory. Tried to allocate 2.00 GiB', 'remote.out_of_memory'],
    ["ModuleNotFoundError: No module named 'torch'", 'remote.python_missing'],
    ['connect: Connection refused', 'remote.not_listening'],
    ['mlx5: Operation not permitted', 'remote.not_permitted'],
    ['something new', 'remote.tool_failed'],
  ])('reads "%s" as %s', (stderr, code) => {
    expect(roleProblem(role(1, stderr), 'The client')).toMatchObject({ code, evidence: stderr, params: { exitCode: 1 } })
  })

  it('knows kills, missing exit codes and success', () => {
    expect(roleProblem(role(137, ''), 'The client')?.code).toBe('remote.killed')
    expect(roleProblem(role(null, ''), 'The client')?.code).toBe('remote.lost')
    expect(roleProblem(undefined, 'The client')?.code).toBe('remote.lost')
    expect(roleProblem(role(0, 'a warning'), 'The client')).toBeNull()
  })
})

describe('pairProblem', () => {
  it('lets a client that ended well settle it, and else names the side that failed by itself', () => {
    const server = role(70, 'remote.not_listening: taken', 'server')
    expect(pairProblem(role(0, ''), server)).toBeNull()
    expect(pairProblem(role(70, 'remote.tool_failed: echo'), server)?.message).toContain('taken')
    expect(pairProblem(undefined, server)?.code).toBe('remote.not_listening')
    expect(pairProblem(role(70, 'remote.tool_failed: mine'), role(143, '', 'server'))?.message).toContain('mine')
  })
})

describe('lastLines', () => {
  it('keeps no control sequences and is bounded', () => {
    expect(lastLines('a\n\n\u001b[31mred\u001b[0m\u0007\n')).toBe('a\nred')
    expect(lastLines('x'.repeat(100_000)).length).toBe(1500)
  })
})
