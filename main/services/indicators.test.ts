import { describe, expect, it } from 'vitest'
import { planSchema } from '../../preload/contract'
import { probes } from '../../remote-scripts'
import { fixtureText, ImportWorld } from '../../test/lab/import-world'
import { indicatorsOf, setTarget } from './indicators'
import { planProblems } from './plans/plan-yaml'
import { createEventBus } from './events'

const world = new ImportWorld()
const training = fixtureText('zero/fixtures/zero-bench/input.txt')

/** Five logs of one training, a little apart. */
const imported = async (): Promise<void> => {
  for (const index of [1, 2, 3, 4, 5])
    world.put(`stage-2/run-${index}.jsonl`, training.replace('"data_us": 300.0', `"data_us": 30${index}.0`))
  await world.commit(await world.read())
}

describe('the scoreboard of imported logs', () => {
  it('has what they measured, with the formula’s bound, and says what would measure the rest', async () => {
    await imported()
    const board = indicatorsOf(world.core, 'old cluster')
    const cellOf = (id: string) => board.rows.find((row) => row.id === id)?.cells[0]
    // Per step 49.5 ms of the slower rank; 8.3 ms exposed, 7/17.2 hidden; 9.54 MiB are ZeRO-2's states of 10^6 parameters on two ranks.
    expect(cellOf('exposed_communication')?.value).toBeCloseTo(8300 / 49_500, 10)
    expect(cellOf('memory_per_gpu')).toMatchObject({
      value: 12e6,
      bound: { value: 10e6, ratio: null, covers: 'model states alone' },
      status: 'shown',
    })
    expect(cellOf('data_wait_share')).toMatchObject({ status: 'met' })
    expect(cellOf('mfu')).toMatchObject({ status: 'cannot_answer', reasonCode: 'no_gpu' })
    expect(cellOf('latency_mean')).toMatchObject({ status: 'not_measured', reason: 'Not measured: run probe serving.' })
  })

  it('proposes entries that a plan can take as they stand', async () => {
    await imported()
    for (const { howTo } of indicatorsOf(world.core, 'old cluster').rows) {
      if (!howTo) continue
      const plan = planSchema.parse({ headroom: 1, question: '?', hosts: { a: { ssh: 'a' }, b: { ssh: 'b' } }, probes: [howTo.use] })
      expect(planProblems({ probes }, plan), howTo.yaml).toEqual([])
      expect(howTo.yaml).toMatch(/^- probe: \w+\n {2}hosts:/)
    }
  })

  it('speaks Chinese, and judges by targets that were set', async () => {
    await imported()
    setTarget({ store: world.core.store, events: createEventBus() }, { id: 'data_wait_share', value: 0.001 })
    const row = indicatorsOf(world.core, 'old cluster', 'zh-CN').rows.find(({ id }) => id === 'data_wait_share')
    expect(row).toMatchObject({ title: '等数据占比', target: { value: 0.001, edited: true }, cells: [{ status: 'missed' }] })
    expect(() => indicatorsOf(world.core, 'nothing')).toThrow('no experiment')
  })
})
