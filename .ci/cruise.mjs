// Reads the imports of every module and judges them by .dependency-cruiser.cjs. Knows how many modules were read, because a
// reader that silently reads none finds no violation either.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const folders = ['main', 'preload', 'renderer', 'remote-scripts']

/** `{read, violations: [{rule, from, to}]}` of the tree under `folder`; `read` counts our own modules. Throws when it cannot be read. */
export const cruise = (folder = root) => {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs')
  const args = [program, '--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json', ...folders]
  const result = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (!result.stdout.startsWith('{')) throw new Error(`dependency-cruiser failed:\n${result.stderr}${result.stdout}`)
  const { modules, summary } = JSON.parse(result.stdout)
  return {
    read: modules.filter((module) => folders.includes(module.source.split('/')[0]) && !module.couldNotResolve).length,
    violations: summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { read, violations } = cruise(process.argv[2])
  for (const { rule, from, to } of violations) console.error(`${rule}: ${from} -> ${to}`)
  console.log(`${read} modules read, ${violations.length} violations`)
  process.exit(read > 0 && violations.length === 0 ? 0 : 1)
}
