// Adds up what two test programs report, so that nothing that went wrong counts as nothing.

/** A file that does not load has no failed test of its own, but it is a failure; so is a program that fails and names no test. */
const atLeastOne = (status, failed) => (status !== 0 && failed === 0 ? 1 : failed)

/** `report` is vitest's JSON, null when none was written; `status` its exit code. */
export const vitestTotals = (report, status) => {
  if (!report) return { passed: 0, failed: 1, skipped: 0 }
  const tests = report.testResults.flatMap((file) => file.assertionResults)
  const count = (...states) => tests.filter((test) => states.includes(test.status)).length
  const unloaded = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length
  return {
    passed: count('passed'),
    failed: atLeastOne(status, count('failed') + unloaded),
    skipped: count('skipped', 'pending', 'todo', 'disabled'),
  }
}

/** `report` is Playwright's JSON, null when none was written; a test that passed only when tried again has failed. */
export const playwrightTotals = (report, status) => {
  if (!report) return { passed: 0, failed: 1, skipped: 0 }
  const { expected, unexpected, flaky, skipped } = report.stats
  return { passed: expected, failed: atLeastOne(status, unexpected + flaky), skipped }
}

/** The closing line and the exit code: without a single passed test nothing is proved. */
export const closing = (parts) => {
  const sum = (key) => parts.reduce((total, part) => total + part[key], 0)
  const [passed, failed, skipped] = ['passed', 'failed', 'skipped'].map(sum)
  return { line: `${passed} passed, ${failed} failed, ${skipped} skipped`, code: failed > 0 || passed === 0 ? 1 : 0 }
}

/** The slowest test files of vitest's JSON, seconds. */
export const slowestFiles = (report, most = 12) =>
  (report?.testResults ?? [])
    .map((file) => ({ name: file.name, seconds: (file.endTime - file.startTime) / 1000 }))
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, most)
