import { describe, expect, it } from 'vitest'
import type { Facts } from '../../../preload/contract'
import { sharedMessages } from '../../../preload/contract/messages'
import { modelStateBytes, stateBytesOf, trafficBytes, type StateBytes, type ZeroStage } from '../../../preload/contract/zero'
import { zeroBounds } from './zero-bounds'

const half = stateBytesOf('bfloat16') as StateBytes
const single = stateBytesOf('float32') as StateBytes
const stages: ZeroStage[] = [0, 1, 2, 3]

describe('what ZeRO holds and sends', () => {
  it('is 16 bytes a parameter in every stage with one rank, whatever the type', () => {
    for (const bytes of [half, single]) for (const stage of stages) expect(modelStateBytes(stage, 1e6, 1, bytes)).toBeCloseTo(16e6, 3)
  })

  it('is the paper’s 16 Ψ, 4 Ψ + 12 Ψ/N, 2 Ψ + 14 Ψ/N, 16 Ψ/N: 13 B on 8 GPUs', () => {
    expect(stages.map((stage) => modelStateBytes(stage, 13e9, 8, half) / 1e9)).toEqual([208, 71.5, 48.75, 26])
  })

  it('is 2 Ψ, 2 Ψ, (g+1) Ψ and 3 g Ψ times (N-1)/N on the wire', () => {
    const psi = 1e6 * half.parameter * (3 / 4)
    expect(stages.map((stage) => trafficBytes(stage, 1e6, 4, 1, half) / psi)).toEqual([2, 2, 2, 3])
    expect(stages.map((stage) => trafficBytes(stage, 1e6, 4, 5, half) / psi)).toEqual([2, 2, 6, 15])
  })

  it('is unknown for other types', () => {
    expect([stateBytesOf('int8'), stateBytesOf('constructor')]).toEqual([null, null])
  })
})

describe('zeroBounds', () => {
  const facts: Facts = { zero_stage: 1, parameters: 1_000_000, ranks: 4, grad_accum: 1, dtype: 'bfloat16' }
  const ask = (metric: string, more: Facts = {}, language: 'en' | 'zh-CN' = 'en') =>
    zeroBounds(sharedMessages[language])({ metric, dimensions: {}, arm: {}, hosts: ['a', 'b'], facts: { ...facts, ...more } })

  it('puts the formula and its source beside traffic, model states and memory', () => {
    expect(ask('zero.bytes_per_step')).toEqual({
      value: 3e6,
      source: 'ZeRO sends 2 Ψ (N-1)/N: Ψ = 1000000 parameters of 2 bytes (bfloat16), N = 4 (arXiv 1910.02054)',
    })
    expect(ask('zero.model_states')).toMatchObject({ value: 7e6, source: expect.stringContaining('4 Ψ + 12 Ψ/N bytes') })
    expect(ask('zero.mem_peak', { zero_stage: 3 })).toMatchObject({
      value: 4e6,
      source: expect.stringMatching(/16 Ψ\/N bytes.*activations/),
      covers: 'model states alone',
    })
    expect(ask('zero.model_states')).not.toHaveProperty('covers')
    expect(ask('zero.model_states', { dtype: 'float32', zero_stage: 2 })?.source).toContain('4 Ψ + 12 Ψ/N')
    expect(ask('zero.bytes_per_step', {}, 'zh-CN')?.source).toContain('每步发送 2 Ψ (N-1)/N')
  })

  it('gives none where a term is missing, with one rank, or for another metric', () => {
    expect(ask('zero.step_time')).toBeNull()
    expect(ask('zero.bytes_per_step', { ranks: 1 })).toBeNull()
    for (const lack of [{ parameters: null }, { zero_stage: 4 }, { dtype: 'int8' }, { grad_accum: '2' }] as Facts[])
      expect(ask('zero.bytes_per_step', lack)).toBeNull()
  })
})
