import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Scoreboard } from '../../../preload/contract'
import { cli } from '../../lab/cli'
import { fixtureText } from '../../lab/import-world'

let folder = ''
const run = (...args: string[]) => cli([...args, '--data', join(folder, 'data')])

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-indicators-'))
  mkdirSync(join(folder, 'logs'))
  const training = fixtureText('zero/fixtures/zero-bench/input.txt')
  for (const index of [1, 2, 3, 4, 5])
    writeFileSync(join(folder, `logs/run-${index}.jsonl`), training.replace('"data_us": 300.0', `"data_us": 30${index}.0`))
  const imported = await run('import', join(folder, 'logs'), '--experiment', 'training', '--arm', 'zero_stage=2')
  expect(imported.code, imported.stderr).toBe(0)
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('headroom indicators', () => {
  it('prints the scoreboard, and its numbers as JSON', async () => {
    const shown = await run('indicators', 'training', '--lang', 'en')
    expect(shown.code, shown.stderr).toBe(0)
    expect(shown.stdout).toMatch(/data_wait_share +zero_stage=2 +0\.4056 \[0\.4045, 0\.4066\] % \(covers 93\.8 %\), n 5 +< 5 % +met/)
    expect(shown.stdout).toMatch(/memory_per_gpu +zero_stage=2 +11\.4 MiB, n 5 +9\.54 MiB \(model states alone\)/)
    expect(shown.stdout).toMatch(/peak_qps +every arm .* not measured +Not measured: run probe serving\./)
    const board = (await run('indicators', 'training', '--json')).json() as Scoreboard
    expect(board.rows).toHaveLength(15)
    expect(board.rows.find(({ id }) => id === 'overlap')?.cells[0]?.value).toBeCloseTo(0.407_142_857, 8)
  }, 60_000)

  it('speaks Chinese, and keeps names, commands and quotes as they are', async () => {
    const sentence = /[a-z]{3,} [a-z]{2,} [a-z]{2,}/
    const { stdout: list } = await run('runs', 'list', 'training', '--json')
    const runId = (JSON.parse(list) as { runs: { id: string }[] }).runs[0]?.id ?? ''
    for (const [args, expected] of [
      [['indicators', 'training'], /指标 +组 +中位数/],
      [['runs', 'list'], /实验 +状态 +启动数/],
      [['runs', 'show', runId], /指标 +维度 +数值 +单位/],
      [['probes', 'describe', 'zero'], /参数 +默认值 +含义/],
      [['import', '--help'], /选项：/],
    ] as const) {
      const { stdout } = await run(...args, '--lang', 'zh-CN')
      expect(stdout, args.join(' ')).toMatch(expected)
      expect(stdout, args.join(' ')).not.toMatch(sentence)
    }
    const wrong = await run('runs', 'show', 'nothing', '--lang', 'zh-CN')
    expect(wrong.stderr).toContain('没有运行 “nothing”。')
    expect((await run('runs', 'show', 'nothing', '--lang', 'zh-CN', '--json')).json()).toMatchObject({
      problem: { code: 'store.not_found', message: 'There is no run "nothing".' },
    })
    expect((await run('frob', '--lang', 'zh-CN')).stderr).toContain('未知的命令 “frob”')
  }, 60_000)

  it('keeps targets for the data folder, ends with 1 when one is missed, and takes them back', async () => {
    const set = await run('indicators', 'training', '--set', 'data_wait_share=0.1%', '--set', 'overlap=40%', '--json')
    expect(set.code, set.stderr).toBe(1)
    const row = (board: Scoreboard, id: string) => board.rows.find((one) => one.id === id)
    expect(row(set.json() as Scoreboard, 'data_wait_share')).toMatchObject({
      target: { value: 0.001, edited: true },
      cells: [{ status: 'missed' }],
    })
    expect(row(set.json() as Scoreboard, 'overlap')).toMatchObject({ cells: [{ status: 'met' }] })
    const kept = await run('indicators', 'training', '--json')
    expect(kept.code).toBe(1)
    expect((await run('indicators', '--set', 'data_wait_share=default', '--json')).json()).toEqual({
      targets: [{ indicator: 'overlap', value: 0.4 }],
    })
    expect((await run('indicators', 'training')).code).toBe(0)
  }, 60_000)

  it('sets all of the targets or none', async () => {
    expect((await run('indicators', '--set', 'overlap=70%', '--set', 'mfu=150%')).code).toBe(64)
    const { targets } = (await run('indicators', '--set', 'mfu=default', '--json')).json() as { targets: { value: number }[] }
    expect(targets.map(({ value }) => value)).not.toContain(0.7)
  }, 60_000)

  it.each([['nonsense=1'], ['mfu=150%'], ['mfu=fast'], ['mfu']])('refuses --set %s', async (setting) => {
    const refused = await run('indicators', 'training', '--set', setting)
    expect(refused.code).toBe(64)
  })
})
