import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleEntry } from '../../lab/bundle'
import { killChild, startChild } from './children'
import { expectConsistent } from './consistency'
import { randomOf, temporaryFolder } from './fixtures'

const kills = process.env['HEADROOM_NIGHTLY'] === '1' ? 1000 : 60
const killsPerFolder = 10
const root = temporaryFolder('kill')
let script = ''

beforeAll(async () => {
  script = await bundleEntry(join(import.meta.dirname, 'writer-child.ts'))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

test(`kill -9 at ${kills} random moments loses nothing acknowledged and tears nothing`, { timeout: kills * 10_000 }, async () => {
  const random = randomOf(20260301)
  let acknowledged = 0
  for (let kill = 0; kill < kills; kill += 1) {
    const dataDir = join(root, String(Math.floor(kill / killsPerFolder)))
    const child = startChild(script, [dataDir, `k${kill}`])
    // A third of the kills falls into opening and the first migration, the others into the work.
    if (kill % 3 > 0) await child.line('open')
    await sleep(random() * (kill % 3 > 0 ? 120 : 300))
    await killChild(child)
    expect(child.stderr()).toBe('')
    expect(child.lines.filter((line) => /^(problem|error)/.test(line))).toEqual([])
    acknowledged += child.lines.length
    await expectConsistent(dataDir, child.lines)
  }
  expect(acknowledged).toBeGreaterThan(kills)
})
