// Formatting, lint, types per environment, dependency rules, shell and Python scripts. Every step runs, so that all findings show at once.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const bin = (path) => join(root, 'node_modules', path)
const files = (ending) =>
  ['.ci', 'main', 'remote-scripts', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((name) => name.endsWith(ending) && !name.includes('fixtures/'))
      .map((name) => join(folder, name)),
  )

const node = process.execPath
const steps = [
  ['prettier', node, [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']],
  ['eslint', node, [bin('eslint/bin/eslint.js'), '.', '--max-warnings', '0']],
  ...['core', 'main', 'preload', 'renderer', 'test'].map((name) => [
    `tsc ${name}`,
    node,
    [bin('typescript/bin/tsc'), '-p', `tsconfig.${name}.json`],
  ]),
  ['dependency rules', node, [join(root, '.ci/cruise.mjs')]],
  ['shellcheck', 'shellcheck', ['-s', 'sh', '-x', '-P', 'SCRIPTDIR', ...files('.sh')]],
  ['pyflakes', 'pyflakes3', files('.py')],
]

let failed = 0
for (const [name, command, args] of steps) {
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8' })
  const missing = result.error?.code === 'ENOENT'
  const ok = result.status === 0
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name}`)
  if (ok) continue
  failed += 1
  console.log(missing ? `${command} is not installed; on Debian: apt-get install ${command}` : `${result.stdout}${result.stderr}`)
}
if (failed > 0) console.log(`${failed} of ${steps.length} checks failed`)
process.exit(failed > 0 ? 1 : 0)
