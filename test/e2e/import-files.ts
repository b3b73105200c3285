import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from './world'

const fixture = (path: string): string => readFileSync(join(root, 'remote-scripts', path), 'utf8')

/** The fixture's collective on a link that takes `slower` times as long; bandwidths follow. */
const ncclLog = (slower: number): string =>
  fixture('nccl/fixtures/text-v2.13-unnamed-collective/input.txt').replace(
    /^( +\d+ +\d+ +bfloat16 +sum +-1 +)(.*)$/gm,
    (_, head: string, figures: string) => {
      const [time = 0, algbw = 0, busbw = 0, , again = 0, algbw2 = 0, busbw2 = 0] = figures.trim().split(/\s+/).map(Number)
      const row = [time * slower, algbw / slower, busbw / slower].map((value) => value.toFixed(2))
      const inPlace = [again * slower, algbw2 / slower, busbw2 / slower].map((value) => value.toFixed(2))
      return `${head}${[...row, 0, ...inPlace, 0].join('  ')}`
    },
  )

/** Markup, a script's address and a character that turns the text round, as a file may be called on Linux. */
export const hostileName = '<img src=x onerror=alert(1)> \u202egnp.log'
export const backslashName = 'rep\\1\u0007.txt'

const write = (path: string, text: string | Uint8Array): void => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

/** Four launches of each arm in folders named after it, and beside them what people have lying about. Returns the folder. */
export const writeLogs = (): string => {
  const folder = join(mkdtempSync(join(tmpdir(), 'headroom-logs-')), 'allreduce')
  for (const repeat of [1, 2, 3, 4]) {
    write(join(folder, 'ethernet', `rep${repeat}.log`), ncclLog(4 + repeat / 50))
    write(join(folder, 'infiniband', `rep${repeat}.log`), ncclLog(1 + repeat / 50))
  }
  write(join(folder, 'ethernet', hostileName), ncclLog(4.13))
  write(join(folder, 'infiniband', 'copy of rep1.log'), ncclLog(1 + 1 / 50))
  write(join(folder, 'infiniband', 'rdma.txt'), fixture('rdma/fixtures/failure-no-device/input.txt'))
  write(join(folder, 'infiniband', 'cut.log'), fixture('nccl/fixtures/text-two-tests-second-cut/input.txt'))
  write(join(folder, 'notes', 'todo.md'), '# To do\n\nask the data centre about the second rail\n')
  write(
    join(folder, 'notes', backslashName),
    Uint8Array.from({ length: 400 }, (_, place) => (place * 37) % 256),
  )
  return folder
}

/** More files than fit in sight: launches of two arms, every file another. */
export const writeManyLogs = (files: number): string => {
  const folder = join(mkdtempSync(join(tmpdir(), 'headroom-many-')), 'sweep')
  for (let number = 0; number < files; number += 1)
    write(join(folder, number % 2 === 0 ? 'tp=2' : 'tp=4', `${number}.log`), ncclLog(1 + number / 1000))
  return folder
}
