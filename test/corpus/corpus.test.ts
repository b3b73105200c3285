import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseFile } from '../../main/services/parse/parse-file'
import { parsedFile } from '../../preload/contract'
import { differences } from './check'
import { corpusFolder, hasCorpus, readExpectations, readManifest } from './locate'

/** Folders whose tools have parsers; the others are counted as "not yet". */
const supported = new Set(['nccl-tests', 'perftest', 'net-tcp'])

const folderOf = (file: string): string => file.split('/')[0] ?? ''
const read = (file: string): Uint8Array => readFileSync(resolve(corpusFolder, file))

describe.skipIf(!hasCorpus)('real outputs of the tools (../shared/corpus)', () => {
  const expectations = hasCorpus ? readExpectations() : []
  const due = expectations.filter(({ file }) => supported.has(folderOf(file)))

  it.each(due.map((expected) => [expected.file, expected] as const))('%s', (file, expected) => {
    expect(differences(parseFile(file, read(file)), expected)).toEqual([])
  })

  it('every file gives a valid answer, and none is read by the wrong probe', () => {
    for (const { file, probe } of expectations) {
      const parsed = parsedFile.parse(parseFile(file, read(file)))
      const strangers = parsed.results.map((result) => result.probe).filter((found) => probe !== null && found !== probe)
      expect({ file, strangers }).toEqual({ file, strangers: [] })
    }
  })

  it('says how many files pass', () => {
    const manifest = readManifest()
    const failing = due
      .map((expected) => ({ file: expected.file, why: differences(parseFile(expected.file, read(expected.file)), expected) }))
      .filter(({ why }) => why.length > 0)
    console.info(
      `corpus: ${due.length - failing.length} of ${due.length} files pass; not yet: ${expectations.length - due.length} files of other tools`,
    )
    for (const { file, why } of failing) console.info(`  ${file}: ${why.join('; ')}`)
    expect(manifest.sort()).toEqual(expectations.map(({ file }) => file).sort())
    expect(due.length).toBeGreaterThan(20)
  })
})
