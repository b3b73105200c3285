import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { build } from 'vite'

const removeOld = (folder: string): void => {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if ((statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < Date.now() - 3_600_000)
      rmSync(path, { recursive: true, force: true })
  }
}

/**
 * Bundles a TypeScript entry for Node, so that a test can start it as a process of its own. The result lies under
 * node_modules, where its imports of packages resolve, for an hour at least. Returns the path of the .mjs file.
 */
export const bundleEntry = async (entryPath: string): Promise<string> => {
  const root = resolve(import.meta.dirname, '../..')
  const cache = join(root, 'node_modules/.cache/headroom-bundles')
  mkdirSync(cache, { recursive: true })
  removeOld(cache)
  const outDir = mkdtempSync(join(cache, 'bundle-'))
  const name = basename(entryPath).replace(/\.ts$/, '')
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: resolve(entryPath),
      outDir,
      target: 'node22',
      minify: false,
      rolldownOptions: { output: { format: 'es', entryFileNames: `${name}.mjs`, chunkFileNames: '[name]-[hash].mjs' } },
    },
  })
  return join(outDir, `${name}.mjs`)
}
