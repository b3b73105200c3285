import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findFiles } from './find-files'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'headroom-find-'))
  for (const folder of ['a/deep', 'b', '.hidden']) mkdirSync(join(root, folder), { recursive: true })
  for (const file of ['a/x.log', 'a/deep/y.log', 'b/x.log', '.hidden/z.log', 'a/new\nline\\.log']) writeFileSync(join(root, file), 'text')
  symlinkSync(join(root, 'a'), join(root, 'b/again'))
  symlinkSync('/etc/passwd', join(root, 'b/link.log'))
  execFileSync('mkfifo', [join(root, 'b/pipe')])
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const find = async (most: number, ...paths: string[]) => {
  const { files, leftOut } = await findFiles(
    paths.map((path) => join(root, path)),
    most,
  )
  return { files: files.map(({ path }) => path), leftOut: leftOut.map(({ path }) => path.slice(root.length + 1)) }
}

it('names files from the folder that all named paths share, and leaves out links, pipes and what is hidden', async () => {
  expect(await find(100, 'a', 'b')).toEqual({
    files: ['a/deep/y.log', 'a/new_line_.log', 'a/x.log', 'b/x.log'],
    leftOut: ['b/again', 'b/link.log', 'b/pipe'],
  })
  expect(await find(100, '')).toMatchObject({ leftOut: ['.hidden', 'b/again', 'b/link.log', 'b/pipe'] })
  expect(await find(100, 'b/x.log')).toEqual({ files: ['x.log'], leftOut: [] })
  expect(await find(100, '.hidden', 'a/x.log')).toEqual({ files: ['.hidden/z.log', 'a/x.log'], leftOut: [] })
})

it('takes each file once, however often it is named', async () => {
  expect((await find(100, 'a', 'a/x.log', 'a')).files).toEqual(['a/deep/y.log', 'a/new_line_.log', 'a/x.log'])
})

it('says what is not there, and stops at too many', async () => {
  expect(await find(100, 'none.log', 'b/link.log')).toMatchObject({ files: [], leftOut: ['none.log', 'b/link.log'] })
  await expect(find(2, 'a', 'b')).rejects.toMatchObject({ code: 'input.invalid' })
})
