import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { plants } from './planted'
import { copyTree, root, type Tree } from './tree'

interface Cruised {
  status: number | null
  read: number
  lines: string[]
}

const cruise = (dir: string): Cruised => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, '.ci/cruise.mjs'), dir], { encoding: 'utf8' })
  return { status, read: Number(/^(\d+) modules read/m.exec(stdout)?.[1] ?? -1), lines: stderr.split('\n').filter((line) => line !== '') }
}

const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as { forbidden: { name: string; severity: string }[] }

describe('dependency rules', () => {
  let tree: Tree
  let planted: Cruised
  beforeAll(() => {
    tree = copyTree()
    for (const { path, text } of plants) tree.write(path, text)
    tree.write('test/planted.ts', 'export const helper = 1\n')
    tree.write('renderer/ui/planted-b.ts', "export * from './planted-a'\n")
    planted = cruise(tree.dir)
  })
  afterAll(() => tree.remove())

  it('keeps the real tree clean, having read it', () => {
    const real = cruise(root)
    expect(real).toMatchObject({ status: 0, lines: [] })
    expect(real.read).toBeGreaterThan(100)
  })

  it('plants a violation of every rule, and every rule is an error', () => {
    expect([...new Set(plants.map(({ rule }) => rule))].sort()).toEqual(forbidden.map(({ name }) => name).sort())
    expect(forbidden.filter(({ severity }) => severity !== 'error')).toEqual([])
  })

  it.each(plants)('$rule: $path', ({ rule, path }) => {
    const complaints = planted.lines.filter((line) => line.includes(`: ${path} -> `)).map((line) => line.split(':')[0])
    expect([...new Set(complaints)]).toEqual([rule])
  })

  it('complains about what was planted and nothing else', () => {
    expect(planted.status).toBe(1)
    expect(planted.lines.filter((line) => !/: \S*planted/.test(line))).toEqual([])
  })

  it('fails when it reads no module at all', () => {
    const nothing = copyTree(true)
    nothing.write('none.d.ts', '')
    nothing.write('tsconfig.main.json', '{ "files": ["none.d.ts"] }')
    try {
      expect(cruise(nothing.dir)).toMatchObject({ status: 1, read: 0, lines: [] })
    } finally {
      nothing.remove()
    }
  })
})
