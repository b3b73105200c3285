import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseFile } from '../../main/services/parse/parse-file'
import { probes } from '../../remote-scripts'

const root = join(import.meta.dirname, '../../remote-scripts')
const known = new Map([...probes.values()].flatMap((probe) => probe.metrics.map((metric) => [metric.id, metric] as const)))

const cases = [...probes.keys()].flatMap((probe) => {
  const folder = join(root, probe, 'fixtures')
  const names = readdirSync(root + `/${probe}`).includes('fixtures') ? readdirSync(folder) : []
  return names.flatMap((name) =>
    readdirSync(join(folder, name))
      .filter((file) => file.startsWith('input.'))
      .map((file) => ({ probe, name, path: join(folder, name, file) })),
  )
})

describe('every metric that a parser gives', () => {
  it.each(cases)('$probe $name: is one that a probe describes, in its unit', ({ path }) => {
    const { results } = parseFile(path, readFileSync(path))
    for (const { metric, unit } of results.flatMap((result) => result.measurements)) {
      expect(known.get(metric), `${metric} (${unit}) is in no probe's list`).toMatchObject({ unit })
    }
  })
})

describe.each([...probes.values()].filter((probe) => probe.metrics.length > 0))('the README of $id', ({ id, metrics }) => {
  const text = readFileSync(join(root, id, 'README.md'), 'utf8')

  it.each(metrics)('names $id with its unit', (metric) => {
    const line = text.split('\n').find((one) => one.includes(`\`${metric.id}\``)) ?? ''
    expect(line, `${metric.id} is not named in ${id}/README.md`).not.toBe('')
    expect(line).toContain(metric.unit)
  })
})
