// All tests: what the system lacks is installed first, then unit to integration by vitest, then the app in Chromium by Playwright.
// Arguments go to vitest (a file, -t NAME); then Playwright is left out. Ends with "N passed, N failed, N skipped".
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

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

const totals = { passed: 0, failed: 0, skipped: 0 }
const add = (passed, failed, skipped) => {
  totals.passed += passed
  totals.failed += failed
  totals.skipped += skipped
}

const build = run(process.execPath, [join(root, 'main/hosts/launch.mjs'), 'cli', '--version'])
if (build !== 0) add(0, 1, 0)

const vitest = run(process.execPath, [
  join(root, 'node_modules/vitest/vitest.mjs'),
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${join(results, 'vitest.json')}`,
  ...args,
])
const unit = readJson('vitest.json')
if (unit) add(unit.numPassedTests, unit.numFailedTests, unit.numPendingTests + unit.numTodoTests)
// A file that does not even load has no failed test of its own, but it is a failure.
if (vitest !== 0 && !(unit?.numFailedTests > 0)) add(0, 1, 0)

if (args.length === 0) {
  const e2e = run(process.execPath, [join(root, 'node_modules/@playwright/test/cli.js'), 'test'], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: join(results, 'playwright.json'),
  })
  const browser = readJson('playwright.json')
  if (browser) add(browser.stats.expected, browser.stats.unexpected + browser.stats.flaky, browser.stats.skipped)
  if (e2e !== 0 && !(browser?.stats.unexpected > 0)) add(0, 1, 0)
}

console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
process.exit(totals.failed > 0 || totals.passed === 0 ? 1 : 0)
