// All tests: what the system lacks is installed first, then unit to integration by vitest, then the app in Chromium by Playwright.
// Arguments go to vitest (a file, -t NAME); then Playwright is left out. Ends with "N passed, N failed, N skipped".
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { closing, playwrightTotals, slowestFiles, vitestTotals } from './totals.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const results = join(root, 'test-results')
const args = process.argv.slice(2)
const run = (command, commandArgs, env = {}) =>
  spawnSync(command, commandArgs, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1

const readJson = (name) => {
  try {
    return JSON.parse(readFileSync(join(results, name), 'utf8'))
  } catch (error) {
    console.error(`${name} was not written: ${error.message}`)
    return null
  }
}

rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })
if (process.platform === 'linux') run('sh', [join(root, '.ci/setup-system.sh'), 'test'])

// Built once here: many tests start the built program, and would otherwise wait for each other to build it.
const built = run(process.execPath, [join(root, 'main/hosts/launch.mjs'), 'cli', '--version']) === 0
const parts = built ? [] : [{ passed: 0, failed: 1, skipped: 0 }]

const vitest = run(process.execPath, [
  join(root, 'node_modules/vitest/vitest.mjs'),
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${join(results, 'vitest.json')}`,
  ...args,
])
const units = readJson('vitest.json')
parts.push(vitestTotals(units, vitest))
for (const { name, seconds } of slowestFiles(units)) console.log(`${seconds.toFixed(1).padStart(7)} s  ${relative(root, name)}`)

if (args.length === 0) {
  const browser = run(process.execPath, [join(root, 'node_modules/@playwright/test/cli.js'), 'test'], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: join(results, 'playwright.json'),
  })
  parts.push(playwrightTotals(readJson('playwright.json'), browser))
}

const { line, code } = closing(parts)
console.log(line)
process.exit(code)
