import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fileTools } from '../../main/hosts/file-tools'
import { parseFile } from '../../main/services/parse/parse-file'
import { parsedFile } from '../../preload/contract'
import { differences } from './check'
import { corpusFolder, hasCorpus, readExpectations, readManifest } from './locate'

const parse = (file: string) => parseFile(file, readFileSync(resolve(corpusFolder, file)), fileTools)

describe.skipIf(!hasCorpus)('real outputs of the tools (../shared/corpus)', () => {
  const expectations = hasCorpus ? readExpectations() : []

  it.each(expectations.map((expected) => [expected.file, expected] as const))('%s', async (file, expected) => {
    expect(differences(await parse(file), expected)).toEqual([])
  })

  it('every file gives a valid answer, and none is read by the wrong probe', async () => {
    for (const { file, probe } of expectations) {
      const parsed = parsedFile.parse(await parse(file))
      const strangers = parsed.results.map((result) => result.probe).filter((found) => probe !== null && found !== probe)
      expect({ file, strangers }).toEqual({ file, strangers: [] })
    }
  })

  it('says how many files pass, and lists each that does not with the reason', async () => {
    const failing: string[] = []
    for (const expected of expectations) {
      const why = differences(await parse(expected.file), expected)
      if (why.length > 0) failing.push(`  ${expected.file}: ${why.join('; ')}`)
    }
    console.info([`corpus: ${expectations.length - failing.length} of ${expectations.length} files pass`, ...failing].join('\n'))
    expect(readManifest().sort()).toEqual(expectations.map(({ file }) => file).sort())
    expect(expectations.length).toBeGreaterThan(70)
  })
})
