import { describe, expect, it } from 'vitest'
import { planSchema } from '../../../preload/contract/plan'
import { planInput } from './draft'
import { offeredDraft } from './offered'
import { suggestDraft } from './suggest'

const use = { probe: 'nccl', hosts: ['x', 'y'], params: {} }
const known = ['one', 'two'].map((name) => ({
  name,
  spec: { ssh: name },
  addedAt: '2026-01-01T00:00:00.000Z',
  lastSeenAt: null,
  inventory: null,
  inventoryAt: null,
}))

describe('a proposed plan', () => {
  it('is the experiment it came from, with the one probe', () => {
    const plan = planSchema.parse({
      headroom: 1,
      name: 'links',
      question: 'Which link?',
      hosts: { x: { ssh: 'lab1' }, y: { ssh: 'lab2' } },
      factors: { stage: [0, 1] },
      probes: [{ probe: 'zero', hosts: ['x', 'y'] }],
      repeats: 7,
    })
    expect(planSchema.parse(planInput(offeredDraft(suggestDraft([], []), { plan, use })))).toMatchObject({
      question: 'Which link?',
      factors: { stage: [0, 1] },
      repeats: 7,
      probes: [use],
    })
  })

  it('stands on the known hosts where there is no plan, and varies nothing that is not known', () => {
    const plan = planSchema.parse({
      ...(planInput(offeredDraft(suggestDraft(known, []), { plan: null, use })) as object),
      question: 'Is it full?',
    })
    expect(plan).toMatchObject({ factors: {}, probes: [{ probe: 'nccl', hosts: ['a', 'b'] }] })
    const alone = offeredDraft(suggestDraft(known, []), { plan: null, use: { ...use, hosts: ['x'] } })
    expect(alone.probes[0]?.hosts).toEqual(['a'])
  })

  it('is the usual suggestion when nothing was proposed', () => {
    expect(offeredDraft(suggestDraft(known, []), null)).toEqual(suggestDraft(known, []))
  })
})
