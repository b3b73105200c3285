import { describe, expect, it } from 'vitest'
import { headLength } from '../../remote-scripts/_kit/detect'
import { cleanText, decodeText } from '../../remote-scripts/_kit/text'
import type { ParseResult } from '../../preload/contract'
import { fixtures, formats, type Fixture } from './formats'

const formatOf = (fixture: Fixture) => {
  const format = formats.get(fixture.format)
  if (!format) throw new Error(`no format ${fixture.format}`)
  return format
}

const sorted = (values: readonly (readonly [string, number, Record<string, unknown>])[]): string[] =>
  values
    .map(([metric, value, dimensions]) => `${metric} ${value.toPrecision(12)} ${JSON.stringify(Object.entries(dimensions).sort())}`)
    .sort()

const valuesOf = (result: ParseResult): string[] =>
  sorted(result.measurements.map((entry) => [entry.metric, entry.value, entry.dimensions] as const))

const expectAsWritten = (results: ParseResult[], expected: Fixture['expected']): void => {
  expect(results.map((result) => result.tool.name)).toEqual(expected.map((one) => one.tool))
  expected.forEach((wanted, index) => {
    const result = results[index]
    if (!result) throw new Error('a result is missing')
    expect(valuesOf(result)).toEqual(sorted(wanted.values))
    expect(result.facts).toMatchObject(wanted.facts)
    expect({ probe: result.probe, version: result.tool.version, rows: result.rows, problem: result.problem?.code ?? null }).toEqual({
      probe: wanted.probe,
      version: wanted.version,
      rows: wanted.rows,
      problem: wanted.problem,
    })
    expect(result.warnings.map((warning) => warning.code).sort()).toEqual([...wanted.warnings].sort())
    if (wanted.evidence !== undefined) expect(result.problem?.evidence).toContain(wanted.evidence)
  })
}

const utf16 = (text: string): Uint8Array => new Uint8Array(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]))
const lines = (text: string, change: (line: string) => string): string => text.replace(/[^\n]+/g, change)

/** The same output, as editors, terminals and launchers change it. */
const disguises: [string, (text: string) => string][] = [
  ['Windows line ends', (text) => text.replace(/\n/g, '\r\n')],
  ['a UTF-8 mark', (text) => `\uFEFF${text}`],
  ['UTF-16', (text) => decodeText(utf16(text))],
  ['colours', (text) => lines(text, (line) => `\u001B[32m${line}\u001B[0m`)],
  ['mpirun tags', (text) => lines(text, (line) => `[1,0]<stdout>:${line}`)],
  ['a progress line', (text) => `working 10%\rworking 100%\r${text}`],
  ['time stamps', (text) => (text.split('\n').length > 6 ? lines(text, (line) => `2026-02-03T04:05:06.789Z ${line}`) : text)],
  ['host names', (text) => (text.split('\n').length > 6 ? lines(text, (line) => `node01: ${line}`) : text)],
  ['srun labels', (text) => (text.split('\n').length > 6 ? lines(text, (line) => `0: ${line}`) : text)],
]

describe.each(fixtures.map((fixture) => [fixture.name, fixture] as const))('fixture %s', (_, fixture) => {
  it('is recognised by its content, and by its format alone among certain ones of another probe', () => {
    const head = cleanText(fixture.text).slice(0, headLength)
    expect(formatOf(fixture).detect(head)).toBeGreaterThanOrEqual(0.6)
    const probe = fixture.expected[0]?.probe
    const strangers = [...formats.values()].filter(
      (format) => format.detect(head) >= 0.9 && format.parse(fixture.text).some((result) => result.probe !== probe),
    )
    expect(strangers.map((format) => format.id)).toEqual([])
  })

  it('gives the written values', () => {
    expectAsWritten(formatOf(fixture).parse(fixture.text), fixture.expected)
  })

  it.each(disguises)('gives them with %s', (_name, disguise) => {
    const isTagged = fixture.text.startsWith('[1,0]<stdout>')
    if (isTagged && disguise('x\n'.repeat(9)) === 'x\n'.repeat(9)) return
    expectAsWritten(formatOf(fixture).parse(disguise(fixture.text)), fixture.expected)
  })
})

describe('secrets', () => {
  it('of an environment dump are in no result', () => {
    for (const fixture of fixtures.filter(({ text }) => text.includes('"env"'))) {
      const printed = JSON.stringify(formatOf(fixture).parse(fixture.text))
      expect(printed).not.toMatch(/THISMUSTNOTLEAVE|also\/not/)
    }
  })
})
