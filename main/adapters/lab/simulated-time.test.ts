import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bundleEntry } from '../../../test/lab/bundle'
import { dcgmiDmon } from '../../../remote-scripts/telemetry/formats/dcgmi-dmon'
import { queryCsv } from '../../../remote-scripts/telemetry/formats/query-csv'
import type { ParseResult } from '../../../preload/contract'
import { startLab, type Lab } from './index'
import { hostEnvironment } from './sessions'
import { hostPath, readLabState } from './state'

let dir = ''
let lab: Lab

const run = (command: string): string => {
  const host = readLabState(dir).hosts.find(({ name }) => name === 'gpu-a')
  if (!host) throw new Error('no host gpu-a')
  const env = hostEnvironment(dir, host)
  return spawnSync('/bin/sh', ['-c', command], { cwd: hostPath(dir, 'gpu-a', 'home'), env, encoding: 'utf8', timeout: 50_000 }).stdout
}
const uptimeS = (): number => Number(run('cat "$HEADROOM_SYS_ROOT/proc/uptime"').split(' ')[0])
const valuesOf = (results: ParseResult[], metric: string): number[] =>
  results.flatMap(({ measurements }) =>
    measurements.filter((one) => one.metric === metric && one.dimensions['gpu'] === 0).map(({ value }) => value),
  )

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'headroom-time-'))
  lab = await startLab({ dir, seed: 5, toolEntry: await bundleEntry(join(import.meta.dirname, 'tool.ts')) })
})
afterAll(async () => {
  await lab.close()
  rmSync(dir, { recursive: true, force: true })
})

it('passes with what tools do, and nvidia-smi and dcgmi see the GPUs at work second by second', () => {
  const before = uptimeS()
  run(`
    nvidia-smi --query-gpu=timestamp,index,utilization.gpu --format=csv -lms 1000 >smi.csv & smi=$!
    dcgmi dmon -e 1002,1004,1005 -d 1000 >dcgm.txt & dcgm=$!
    until [ -s smi.csv ] && [ -s dcgm.txt ]; do sleep 0.05; done
    all_reduce_perf -b 4G -e 4G -n 200 -g 8 >/dev/null
    kill $smi $dcgm
    wait`)
  const passedS = uptimeS() - before
  expect(passedS).toBeGreaterThan(3)
  const file = (name: string): string => readFileSync(hostPath(dir, 'gpu-a', 'home', name), 'utf8')
  const utils = valuesOf(queryCsv.parse(file('smi.csv')), 'gpu.util')
  expect(utils[0]).toBe(0)
  expect(utils.filter((util) => util === 1)).toHaveLength(Math.floor(passedS))
  expect(Math.max(...valuesOf(dcgmiDmon.parse(file('dcgm.txt')), 'gpu.sm_active'))).toBeCloseTo(0.22, 1)
})

it('telemetry by itself watches for as long as it was asked, although no simulated time passes', () => {
  const kit = join(import.meta.dirname, '../../../remote-scripts')
  const env = `HR_KIT='${kit}' HR_JOB="$PWD/.." HR_OUT="$PWD" HR_HZ=5 HR_SECONDS=1 HR_GPU_FIELDS=timestamp,index,utilization.gpu HR_DCGM_FIELDS=`
  const rows = run(
    `mkdir -p watch/out && cd watch/out && ${env} sh '${kit}/telemetry/watch.sh'; grep -c '^\\[' telemetry.jsonl; grep -c '^.*, 0,' gpu.csv`,
  )
  const [host, gpu] = rows.split('\n').map(Number)
  expect(host).toBeGreaterThanOrEqual(4)
  expect(host).toBeLessThanOrEqual(7)
  expect(gpu).toBeGreaterThanOrEqual(3)
})

it('dcgmi says nothing of profiling counters while it is paused, and refuses fields that it does not have', () => {
  const active = (): number[] => valuesOf(dcgmiDmon.parse(run('dcgmi dmon -e 1002,155 -d 100 -c 2')), 'gpu.sm_active')
  expect(active()).toEqual([0, 0])
  expect(run('dcgmi profile --pause')).toBe('Successfully paused profiling.\n')
  expect(active()).toEqual([])
  expect(valuesOf(dcgmiDmon.parse(run('dcgmi dmon -e 155 -c 1')), 'gpu.power')).toHaveLength(1)
  expect(run('dcgmi profile --resume')).toBe('Successfully resumed profiling.\n')
  expect(active()).toEqual([0, 0])
  expect(run('dcgmi dmon -e 4242 2>&1')).toContain('Unable to get field 4242')
})

it('ncu is refused while somebody reads the counters through dcgmi', () => {
  const said = run(`
    dcgmi dmon -e 1002 -d 1000 >/dev/null & watcher=$!
    sleep 0.5
    ncu --launch-count 1 --metrics gpu__time_duration.sum -o held true
    kill $watcher
    wait
    ncu --launch-count 1 --metrics gpu__time_duration.sum -o free true`)
  expect(said).toContain('concurrently collecting profiling data')
  expect(said.match(/0%\.{4}50%/g)).toHaveLength(1)
})

it('shows GPUs that a planted fault makes too hot: lower clocks, and the reason', () => {
  lab.setFaults({ throttle: ['gpu-a'] })
  const [row] = run('nvidia-smi --query-gpu=clocks.sm,clocks_throttle_reasons.active --format=csv,noheader').split('\n')
  expect(row).toBe('874 MHz, 0x0000000000000048')
  lab.setFaults({})
})
