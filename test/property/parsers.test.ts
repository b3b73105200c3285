import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ParseResult } from '../../preload/contract'
import { fixtures, formats, type Fixture } from '../corpus/formats'

const numRuns = process.env['HEADROOM_NIGHTLY'] === '1' ? 10_000 : 500

/** What identifies a value besides its number: which collective a moved line belongs to cannot be told from the line. */
const kept = ['size_bytes', 'in_place', 'direction', 'message_bytes']

const keyOf = (entry: ParseResult['measurements'][number]): string =>
  `${entry.metric} ${entry.unit} ${entry.value} ${kept.map((name) => String(entry.dimensions[name])).join(' ')}`

const keysOf = (results: ParseResult[]): string[] => results.flatMap((result) => result.measurements.map(keyOf))

/** Damage to a text that a parser may see: cut anywhere, lines dropped, doubled, moved, garbage between them. */
const damages: { name: string; json: boolean; apply: fc.Arbitrary<(text: string) => string> }[] = [
  {
    name: 'cut at any byte',
    json: true,
    apply: fc.double({ min: 0, max: 1, noNaN: true }).map((share) => (text) => text.slice(0, Math.floor(text.length * share))),
  },
  { name: 'lines dropped', json: true, apply: edit((lines, at) => lines.splice(at, 1)) },
  { name: 'lines doubled', json: true, apply: edit((lines, at) => lines.splice(at, 0, lines[at] ?? '')) },
  { name: 'lines moved', json: false, apply: edit((lines, at, to) => lines.splice(to, 0, ...lines.splice(at, 1))) },
  { name: 'garbage between lines', json: true, apply: garbage(fc.string({ unit: 'binary', maxLength: 200 })) },
  {
    name: 'log lines between lines',
    json: true,
    apply: garbage(
      fc.constantFrom(
        '[WARN] something 12 34',
        'node7:1:2 [0] NCCL INFO Channel 00/0 : 0[0] -> 1[1] via P2P/CUMEM',
        '100%|████| 5/5 [00:01<00:00]',
        '',
      ),
    ),
  },
]

function edit(change: (lines: string[], at: number, to: number) => void): fc.Arbitrary<(text: string) => string> {
  const place = fc.double({ min: 0, max: 0.999, noNaN: true })
  return fc.array(fc.tuple(place, place), { minLength: 1, maxLength: 3 }).map((edits) => (text) => {
    const lines = text.split('\n')
    for (const [at, to] of edits) change(lines, Math.floor(at * lines.length), Math.floor(to * lines.length))
    return lines.join('\n')
  })
}

function garbage(noise: fc.Arbitrary<string>): fc.Arbitrary<(text: string) => string> {
  return fc
    .array(fc.tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), noise), { minLength: 1, maxLength: 5 })
    .map((insertions) => (text) => {
      const lines = text.split('\n')
      for (const [at, line] of insertions) lines.splice(Math.floor(at * lines.length), 0, line)
      return lines.join('\n')
    })
}

const byFormat = [...formats.values()].map((format) => ({ format, own: fixtures.filter((fixture) => fixture.format === format.id) }))

it('every format has fixtures of its own', () => {
  expect(byFormat.filter(({ own }) => own.length === 0).map(({ format }) => format.id)).toEqual([])
})

describe.each(byFormat.filter(({ own }) => own.length > 0).map((entry) => [entry.format.id, entry] as const))(
  '%s',
  (id, { format, own }) => {
    const isJson = id.endsWith('-json')
    const intact = new Map(own.map((fixture) => [fixture, new Set(keysOf(format.parse(fixture.text)))]))
    const anyFixture = fc.constantFrom(...own)

    /** Where figures are computed from all rows, those of the rows that are left lie between the smallest and the largest time. */
    const holdsComputed = (fixture: Fixture, text: string): void => {
      const timesOf = (results: ParseResult[]): number[] =>
        results.flatMap((result) => result.measurements.filter(({ unit }) => unit === 'us').map(({ value }) => value))
      const before = timesOf(format.parse(fixture.text))
      const [least, most] = [Math.min(...before) * (1 - 1e-9), Math.max(...before) * (1 + 1e-9)]
      const after = format.parse(text)
      expect(timesOf(after).filter((value) => value < least || value > most)).toEqual([])
      const others = after.flatMap((result) => result.measurements.filter(({ unit }) => unit !== 'us'))
      expect(others.filter(({ value }) => !Number.isFinite(value) || value < 0)).toEqual([])
    }

    const holds = (fixture: Fixture, text: string): void => {
      if (fixture.computed) return holdsComputed(fixture, text)
      const found = keysOf(format.parse(text))
      const strange = found.filter((key) => !intact.get(fixture)?.has(key))
      expect(strange).toEqual([])
    }

    it.each(damages.filter((damage) => damage.json || !isJson))(
      '$name: never a throw, never a value that the intact file does not have',
      ({ apply }) => {
        fc.assert(
          fc.property(anyFixture, apply, (fixture, damage) => holds(fixture, damage(fixture.text))),
          { numRuns },
        )
      },
    )

    it('bytes changed anywhere: never a throw, never a value that is not a number', () => {
      const patch = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(20), fc.string({ unit: 'binary', maxLength: 30 }))
      fc.assert(
        fc.property(anyFixture, fc.array(patch, { maxLength: 4 }), (fixture, patches) => {
          let text = fixture.text
          for (const [at, length, noise] of patches) {
            const start = Math.floor(at * text.length)
            text = text.slice(0, start) + noise + text.slice(start + length)
          }
          for (const result of format.parse(text)) {
            for (const { value } of result.measurements) expect(Number.isFinite(value)).toBe(true)
            expect(result.rows.skipped).toBeGreaterThanOrEqual(0)
          }
          expect(format.detect(text)).toBeLessThanOrEqual(1)
        }),
        { numRuns },
      )
    })

    it('any text at all: never a throw', () => {
      fc.assert(
        fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
          expect(Array.isArray(format.parse(text))).toBe(true)
        }),
        { numRuns },
      )
    })

    it.each(['8', ' ', '[', '{"a":', '{\n', '-', '#  Rank 1', '\u001B[', '0.00 ', '1 2 float sum '])(
      'a line of 512 KiB of %j: no value, and no hang',
      (piece) => {
        const giant = piece.repeat(Math.ceil(2 ** 19 / piece.length))
        const started = performance.now()
        const lines = own[0]?.text.split('\n') ?? []
        for (const text of [giant, `${own[0]?.text ?? ''}\n${giant}\n`, [...lines.slice(0, 3), giant, ...lines.slice(3)].join('\n')]) {
          const found = format.parse(text)
          if (text === giant) expect(keysOf(found)).toEqual([])
        }
        expect(performance.now() - started).toBeLessThan(20_000)
      },
    )
  },
)
