import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { declaredMetrics } from '../../main/core/analysis/declared-metrics'
import { fileTools } from '../../main/hosts/file-tools'
import { parseFile } from '../../main/services/parse/parse-file'
import { readers } from '../../remote-scripts'

const root = join(import.meta.dirname, '../../remote-scripts')
const known = [...readers.values()].flatMap((probe) => probe.metrics)

const cases = [...readers.keys()].flatMap((probe) => {
  const folder = join(root, probe, 'fixtures')
  const names = readdirSync(root + `/${probe}`).includes('fixtures') ? readdirSync(folder) : []
  return names.flatMap((name) =>
    readdirSync(join(folder, name))
      .filter((file) => file.startsWith('input.'))
      .map((file) => ({ probe, name, path: join(folder, name, file) })),
  )
})

describe('every metric that a parser gives', () => {
  it.each(cases)('$probe $name: is one that a probe describes, in its unit', async ({ path }) => {
    const { results } = await parseFile(path, readFileSync(path), fileTools)
    // Metrics of a user's own command are described by what measured them.
    const described = [...known, ...declaredMetrics(results.map(({ facts }) => ({ status: 'done', facts })))]
    for (const { metric, unit } of results.flatMap((result) => result.measurements)) {
      // A metric of several units (a tool's own counters) is listed once with each.
      const units = described.filter(({ id }) => id === metric).map((one) => one.unit)
      expect(units, `${metric} (${unit}) is in no probe's list`).toContain(unit)
    }
  })
})

describe.each([...readers.values()].filter((probe) => probe.metrics.length > 0))('the README of $id', ({ id, metrics }) => {
  const text = readFileSync(join(root, id, 'README.md'), 'utf8')

  it.each(metrics)('names $id with its unit', (metric) => {
    const line = text.split('\n').find((one) => one.includes(`\`${metric.id}\``)) ?? ''
    expect(line, `${metric.id} is not named in ${id}/README.md`).not.toBe('')
    expect(line).toContain(metric.unit)
  })
})
