// Every test/bench/*.ts that exports `bench`: ratios against what people use instead, measured in the same run. No time is asserted.
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createServer } from 'vite'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const wanted = process.argv.slice(2)
const folder = join(root, 'test/bench')
const names = readdirSync(folder).filter(
  (name) => name.endsWith('.ts') && name !== 'bench.ts' && (wanted.length === 0 || wanted.includes(name.replace('.ts', ''))),
)

const vite = await createServer({
  root,
  configFile: false,
  server: { middlewareMode: true, watch: null },
  appType: 'custom',
  logLevel: 'error',
  optimizeDeps: { noDiscovery: true },
})
const number = (value) => (value === null ? '' : Number(value.toPrecision(4)).toString())
try {
  for (const name of names) {
    const { bench } = await vite.ssrLoadModule(join(folder, name))
    if (!bench) continue
    console.log(`\n${bench.name}`)
    for (const row of await bench.run()) {
      const verdict = row.pass === null ? '' : row.pass ? 'meets' : 'MISSES'
      console.log(
        `  ${row.what}: ${number(row.ours)} ${row.unit}${row.peer === null ? '' : `, peer ${number(row.peer)} ${row.unit}, ratio ${number(row.ratio)}`}; bar ${row.bar} ${verdict}`,
      )
    }
  }
} finally {
  await vite.close()
}
process.exit(0)
