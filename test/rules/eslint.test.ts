import { ESLint } from 'eslint'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './tree'

// With CI=true the parser would read the file from the disk instead of the text given here.
process.env.TSESTREE_SINGLE_RUN = 'false'

const eslint = new ESLint({ cwd: root })

/** Lints `text` as if it were that file of the core, so that types are known. */
const complaints = async (text: string, path = 'main/core/metrics/units.ts'): Promise<string[]> => {
  const [result] = await eslint.lintText(text, { filePath: join(root, path) })
  return result?.messages.map((message) => `${message.ruleId}: ${message.message}`) ?? []
}

describe('lint rules of our own choice', () => {
  it('refuses a swallowed error, and a comment does not hide it', async () => {
    const found = await complaints(
      'export const f = (g: () => void): void => {\n  try {\n    g()\n  } catch {\n    // never mind\n  }\n}\n',
    )
    expect(found).toEqual(['no-restricted-syntax: A swallowed error: handle it or let it go up.'])
  })

  it.each(['Date.now()', 'new Date()', 'Math.random()'])('refuses %s in the core', async (expression) => {
    const found = await complaints(`export const f = (): unknown => ${expression}\n`)
    expect(found).toEqual(['no-restricted-syntax: The core has no clock and no randomness: take the time or a seed as an argument.'])
  })

  it('lets a given time be read in the core, and clocks be read outside of it', async () => {
    expect(await complaints('export const f = (ms: number): Date => new Date(ms)\n')).toEqual([])
    expect(await complaints('export const f = (): number => Date.now()\n', 'main/adapters/system/clock.ts')).toEqual([])
  })

  it.each([
    ['@typescript-eslint/no-floating-promises', 'export const f = (g: () => Promise<void>): void => {\n  g()\n}\n'],
    ['@typescript-eslint/only-throw-error', "export const f = (): never => {\n  throw 'text'\n}\n"],
    ['@typescript-eslint/no-explicit-any', 'export const f = (x: any): void => void x\n'],
    ['@typescript-eslint/ban-ts-comment', '// @ts-ignore\nexport const x: number = 1\n'],
    ['max-lines', 'export const x = [\n' + '  1,\n'.repeat(300) + ']\n'],
  ])('%s', async (rule, text) => expect((await complaints(text)).map((line) => line.split(': ')[0])).toEqual([rule]))
})
