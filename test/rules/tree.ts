import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '../..')
const folders = ['main', 'preload', 'renderer', 'remote-scripts']

export interface Tree {
  dir: string
  write(path: string, text: string): void
  remove(): void
}

/** A copy of the program's sources to plant something in; `empty` makes the folders only. */
export const copyTree = (empty = false): Tree => {
  const dir = mkdtempSync(join(tmpdir(), 'headroom-rules-'))
  for (const folder of folders) {
    if (empty) mkdirSync(join(dir, folder))
    else cpSync(join(root, folder), join(dir, folder), { recursive: true, filter: (path) => !/\/(fixtures|__pycache__)(\/|$)/.test(path) })
  }
  for (const name of ['package.json', 'tsconfig.base.json', 'tsconfig.core.json', 'tsconfig.main.json'])
    cpSync(join(root, name), join(dir, name))
  symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'))
  return {
    dir,
    write(path, text) {
      mkdirSync(dirname(join(dir, path)), { recursive: true })
      writeFileSync(join(dir, path), text)
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}
