// Runs one bundled benchmark and prints its rows.
const { bench } = await import(process.argv[2])
const number = (value) => (value === null ? '' : Number(value.toPrecision(4)).toString())

if (bench) {
  console.log(`\n${bench.name}`)
  for (const row of await bench.run()) {
    const verdict = row.pass === null ? '' : row.pass ? 'meets' : 'MISSES'
    const peer = row.peer === null ? '' : `, peer ${number(row.peer)} ${row.unit}, ratio ${number(row.ratio)}`
    console.log(`  ${row.what}: ${number(row.ours)} ${row.unit}${peer}; bar ${row.bar} ${verdict}`)
  }
}
process.exit(0)
