import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { copyTree, root, type Tree } from './tree'

/** What a pure function has no business with; line by line, so that each is refused for itself. */
const impure = ['process', 'document', 'window', 'console', 'fetch', 'setTimeout', 'performance', 'crypto', 'Buffer', 'require']

describe("the core's own tsconfig", () => {
  let tree: Tree
  const compile = () =>
    spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.core.json'], {
      cwd: tree.dir,
      encoding: 'utf8',
    })
  beforeAll(() => {
    tree = copyTree()
  })
  afterAll(() => tree.remove())

  it('accepts the core as it is', () => expect(compile()).toMatchObject({ status: 0, stdout: '' }))

  it('knows neither Node nor a page', () => {
    tree.write('main/core/planted.ts', `${impure.map((name) => `export const a_${name} = ${name}`).join('\n')}\nimport 'node:fs'\n`)
    const { status, stdout } = compile()
    expect(status).not.toBe(0)
    const refused = impure.filter((_, index) => stdout.includes(`main/core/planted.ts(${index + 1},`))
    expect(refused).toEqual(impure)
    expect(stdout).toMatch(/planted\.ts\(11,8\): error TS\d+: Cannot find module .*'node:fs'/)
  })
})
