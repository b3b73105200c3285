import { describe, expect, it } from 'vitest'
import { cleanText } from '../../remote-scripts/_kit/text'
import { readers } from '../../remote-scripts'
import { fixtures } from './formats'

const keeping = [...readers.values()].flatMap((reader) => reader.formats).filter((format) => format.keepsLine)

const cases = keeping.flatMap((format) =>
  fixtures.filter((fixture) => fixture.format === format.id).map((fixture) => ({ format, fixture, id: format.id, name: fixture.name })),
)

/** As a log read in pieces is kept: every wanted line with its line end, unless it is the last one and has none. */
const keptOf = (text: string, keeps: (line: string) => boolean): string => {
  const lines = text.split('\n')
  const last = lines.pop() ?? ''
  const closed = lines.filter(keeps).map((line) => `${line}\n`)
  return closed.join('') + (last !== '' && keeps(last) ? last : '')
}

describe('of a log too large for one string only the lines that its format asks for are kept', () => {
  it.each(cases)('$id, $name: they give what the whole text gives', ({ format, fixture }) => {
    const text = cleanText(fixture.text)
    expect(format.parse(keptOf(text, format.keeper?.() ?? ((line) => format.keepsLine?.(line) ?? false)))).toEqual(format.parse(text))
  })

  it.each(cases)('$id, $name: the same without the last line end', ({ format, fixture }) => {
    const text = cleanText(fixture.text).trimEnd()
    expect(format.parse(keptOf(text, format.keeper?.() ?? ((line) => format.keepsLine?.(line) ?? false)))).toEqual(format.parse(text))
  })
})
