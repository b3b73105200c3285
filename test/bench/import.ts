import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bundleEntry } from '../lab/bundle'
import type { BenchRow } from './bench'

const files = 10_000
const sizes = 12

/** One log of all_reduce_perf over eight GPUs, as small ones are: 2.6 KB. */
const log = (seed: number, net: string): string => {
  const devices = Array.from(
    { length: 8 },
    (_, rank) =>
      `#  Rank ${rank} Group  0 Pid ${40_000 + seed} on node-a device ${rank} [0x${(16 + rank).toString(16)}] NVIDIA A100-SXM4-40GB`,
  )
  const rows = Array.from({ length: sizes }, (_, index) => {
    const bytes = 1024 * 4 ** index
    const us = 20 + bytes / 20_000 + (seed % 997) / 100
    const algbw = bytes / us / 1000
    const half = `${us.toFixed(2).padStart(10)} ${algbw.toFixed(2).padStart(7)} ${(algbw * 1.75).toFixed(2).padStart(7)}      0`
    return `${String(bytes).padStart(12)} ${String(bytes / 4).padStart(13)}     float     sum      -1${half}${half}`
  })
  return [
    '# nThread 1 nGpus 8 minBytes 1024 maxBytes 4294967296 step: 4(factor) warmup iters: 5 iters: 20 agg iters: 1 validation: 1 graph: 0',
    '#',
    '# Using devices',
    ...devices,
    `node-a:${40_000 + seed}:1 [0] NCCL INFO Using network ${net}`,
    '#',
    '#                                                              out-of-place                       in-place',
    '#       size         count      type   redop    root     time   algbw   busbw #wrong     time   algbw   busbw #wrong',
    '#        (B)    (elements)                               (us)  (GB/s)  (GB/s)            (us)  (GB/s)  (GB/s)',
    ...rows,
    '# Out of bounds values : 0 OK',
    '# Avg bus bandwidth    : 118.25',
    '#',
    '',
  ].join('\n')
}

const writeLogs = (folder: string): void => {
  for (const [fabric, net] of [
    ['ethernet', 'Socket'],
    ['infiniband', 'IB'],
  ] as const) {
    mkdirSync(join(folder, fabric), { recursive: true })
    for (let index = 0; index < files / 2; index += 1)
      writeFileSync(join(folder, fabric, `run${index}.log`), log(index + (fabric === 'ethernet' ? 0 : files), net))
  }
}

/** The script that people write: a regular expression, a table of rows, the file kept under its hash; two processes read. */
const peerScript = `
import concurrent.futures, hashlib, os, re, sqlite3, sys, time
folder, target = sys.argv[1], sys.argv[2]
row = re.compile(r'^ *(\\d+) +(\\d+) +(\\w+) +(\\w+) +(-?\\d+) +([\\d.]+) +([\\d.]+) +([\\d.]+) +(\\S+) +([\\d.]+) +([\\d.]+) +([\\d.]+) +(\\S+)', re.M)
def read(path):
    with open(path, 'rb') as source:
        raw = source.read()
    sha = hashlib.sha256(raw).hexdigest()
    values = []
    for m in row.finditer(raw.decode('utf-8', 'replace')):
        size = int(m.group(1))
        for in_place, base in ((0, 6), (1, 10)):
            for metric, offset in (('time', 0), ('algbw', 1), ('busbw', 2), ('wrong', 3)):
                values.append((metric, size, in_place, float(m.group(base + offset))))
    kept = os.path.join(target, 'artifacts', sha[:2])
    os.makedirs(kept, exist_ok=True)
    with open(os.path.join(kept, sha[2:]), 'wb') as copy:
        copy.write(raw)
        copy.flush()
        os.fsync(copy.fileno())
    return path, sha, values
if __name__ == '__main__':
    started = time.perf_counter()
    paths = [os.path.join(base, name) for base, _, names in os.walk(folder) for name in names]
    db = sqlite3.connect(os.path.join(target, 'peer.db'))
    db.execute('PRAGMA journal_mode = WAL')
    db.execute('PRAGMA synchronous = FULL')
    db.execute('CREATE TABLE runs (id INTEGER PRIMARY KEY, path TEXT, sha TEXT)')
    db.execute('CREATE TABLE measurements (run INTEGER, metric TEXT, size INTEGER, in_place INTEGER, value REAL)')
    count = 0
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        for path, sha, values in pool.map(read, paths, chunksize=32):
            run = db.execute('INSERT INTO runs (path, sha) VALUES (?, ?)', (path, sha)).lastrowid
            db.executemany('INSERT INTO measurements VALUES (?, ?, ?, ?, ?)', ((run, *value) for value in values))
            count += len(values)
            if run % 32 == 0:
                db.commit()
    db.commit()
    print(time.perf_counter() - started, len(paths), count)
`

const run = (command: string, args: string[]): string => {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 })
  if (status !== 0) throw new Error(`${command} failed:\n${stderr}`)
  return stdout
}

interface Ours {
  ms: number
  readMs: number
  runs: number
  values: number
  longestMs: number
  cpuMs: number
}

const ours = async (root: string): Promise<Ours> => {
  const [child, worker] = [
    await bundleEntry(resolve(import.meta.dirname, 'child/import-files.ts')),
    await bundleEntry(resolve(import.meta.dirname, '../../main/hosts/parse-worker.ts')),
  ]
  return JSON.parse(run(process.execPath, [child, join(root, 'data'), join(root, 'logs'), worker])) as Ours
}

const peer = (root: string): number => {
  mkdirSync(join(root, 'peer'))
  const script = join(root, 'peer.py')
  writeFileSync(script, peerScript)
  return Number(run('python3', [script, join(root, 'logs'), join(root, 'peer')]).split(' ')[0])
}

export const bench = {
  name: 'import',
  async run(): Promise<BenchRow[]> {
    const root = mkdtempSync(join(tmpdir(), 'headroom-bench-import-'))
    try {
      writeLogs(join(root, 'logs'))
      const mine = await ours(root)
      if (mine.runs !== files || mine.values !== files * (sizes * 8 + 1)) throw new Error(`Not all was imported: ${JSON.stringify(mine)}`)
      const rate = (files / mine.ms) * 1000
      const theirs = files / peer(root)
      const [reading, storing] = [(files / mine.readMs) * 1000, (files / (mine.ms - mine.readMs)) * 1000]
      const row = { peer: null, ratio: null, pass: null }
      return [
        {
          what: `import: ${files} small nccl-tests logs, recognised, hashed, masked, stored; against a Python script with two processes`,
          ours: rate,
          peer: theirs,
          unit: 'files/s',
          ratio: rate / theirs,
          bar: '>= 1000 files/s',
          pass: rate >= 1000,
        },
        { ...row, what: 'import: recognised alone', ours: reading, unit: 'files/s', bar: 'for information' },
        { ...row, what: 'import: stored alone', ours: storing, unit: 'files/s', bar: 'for information' },
        { ...row, what: 'import: processor time per file, all threads', ours: mine.cpuMs / files, unit: 'ms', bar: 'for information' },
        { ...row, what: 'import: longest time that the main thread was busy', ours: mine.longestMs, unit: 'ms', bar: 'for information' },
      ]
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  },
}
