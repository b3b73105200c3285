// Every test/bench/*.ts that exports `bench`: ratios against what people use instead, measured in the same run. No time is asserted.
// Each is bundled and runs in a plain Node of its own, as the program does: a bundler's heap in the same process would slow its garbage collection.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const wanted = process.argv.slice(2)
const folder = join(root, 'test/bench')
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && name !== 'bench.ts')
  .map((name) => name.replace('.ts', ''))
  .filter((name) => wanted.length === 0 || wanted.includes(name))

/** Modules keep the folder that they stand in, wherever their bundle lies. */
const ownFolders = {
  name: 'own-folders',
  transform: (code, id) => (id.startsWith(root) ? code.replaceAll('import.meta.dirname', JSON.stringify(dirname(id))) : null),
}

const out = mkdtempSync(join(root, 'node_modules/.bench-'))
try {
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [ownFolders],
    build: {
      ssr: true,
      outDir: out,
      target: 'node22',
      rolldownOptions: {
        input: Object.fromEntries(names.map((name) => [name, join(folder, `${name}.ts`)])),
        output: { entryFileNames: '[name].mjs', chunkFileNames: 'chunks/[name]-[hash].mjs' },
      },
    },
  })
  for (const name of names) spawnSync(process.execPath, [join(root, '.ci/bench-one.mjs'), join(out, `${name}.mjs`)], { stdio: 'inherit' })
} finally {
  rmSync(out, { recursive: true, force: true })
}
