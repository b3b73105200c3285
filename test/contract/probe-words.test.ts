import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { probeInfo } from '../../main/services/api'
import { readers, probes } from '../../remote-scripts'

const descriptionsOf = (schema: unknown): string[] =>
  typeof schema !== 'object' || schema === null
    ? []
    : Object.entries(schema).flatMap(([key, value]) =>
        key === 'description' && typeof value === 'string' ? [value] : descriptionsOf(value),
      )

const chinese = /\p{Script=Han}/u

describe.each([...probes.values()])('the words of $id', (probe) => {
  it('are there in both languages', () => {
    const [english, translated] = [probeInfo(probe, 'en'), probeInfo(probe, 'zh-CN')]
    for (const field of ['summary', 'needs', 'disturbs'] as const) {
      expect(english[field]).not.toMatch(chinese)
      expect(translated[field]).toMatch(chinese)
    }
  })

  it('say in Chinese what every metric means', () => {
    for (const { id, meaning } of probeInfo(probe, 'zh-CN').metrics) expect(meaning, id).toMatch(chinese)
    for (const { id, meaning } of probeInfo(probe, 'en').metrics) expect(meaning, id).not.toMatch(chinese)
  })

  it('say every parameter in Chinese, and nothing that no parameter says', () => {
    const english = new Set(descriptionsOf(z.toJSONSchema(probe.params, { io: 'input', unrepresentable: 'any' })))
    expect(Object.keys(probe.paramsZhCN ?? {}).sort()).toEqual([...english].sort())
    for (const words of descriptionsOf(probeInfo(probe, 'zh-CN').paramsSchema)) expect(words).toMatch(chinese)
  })
})

describe.each([...readers.values()])('the title of $id', ({ title, summary }) => {
  it('is there in both languages', () => {
    // What is written alike everywhere (TCP, RDMA) is a plain string.
    if (typeof title !== 'string') expect(title['zh-CN']).toMatch(chinese)
    else expect(title).toMatch(/^[A-Z]+$/)
    expect(typeof summary === 'string' ? summary : summary['zh-CN']).toMatch(chinese)
  })
})
