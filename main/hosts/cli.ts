export {}

const major = Number(process.versions.node.split('.')[0])

if (major < 22) {
  // The SQLite addon of this program crashes the process on older versions, so nothing of it may be loaded before this check.
  const args = process.argv.slice(2)
  const message = `Headroom needs Node 22 or newer; this is ${process.version}. From a checkout use: npm run -s headroom -- ${args.join(' ')}`
  if (args.includes('--json')) process.stdout.write(`${JSON.stringify({ problem: { code: 'input.invalid', message } })}\n`)
  process.stderr.write(`${message}\n`)
  process.exitCode = 64
} else {
  const { main } = await import('./cli/main')
  process.exitCode = await main(process.argv.slice(2))
}
