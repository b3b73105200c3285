import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import type { LaunchContext } from '../../../remote-scripts/_kit/probe'
import { ncclParams, type NcclParams } from '../../../remote-scripts/nccl/params'
import nccl from '../../../remote-scripts/nccl/probe'
import { runRoles } from './run-roles'

const python = '/usr/bin/python3'
const hasTorch =
  spawnSync(python, ['-c', 'import torch.distributed as d; assert d.is_gloo_available() if hasattr(d, "is_gloo_available") else True'])
    .status === 0

const onTwoNodes = (params: Record<string, unknown>, host = python): LaunchContext<NcclParams> => ({
  params: ncclParams.parse({ backend: 'gloo', ...params }),
  arm: { fabric: 'loop' },
  fabric: { name: 'loop', spec: { kind: 'ethernet', interfaces: { a: 'lo', b: 'lo' } } },
  hosts: [
    { name: 'a', python: host, inventory: null },
    { name: 'b', python: host, inventory: null },
  ],
})

const ranksOf = (pid: number): number => {
  const children = spawnSync('pgrep', ['-P', String(pid)])
    .stdout.toString()
    .split('\n')
    .filter(Boolean)
  return children.length
}

const until = async (condition: () => boolean, ms: number): Promise<void> => {
  const end = Date.now() + ms
  while (!condition()) {
    if (Date.now() > end) throw new Error('the condition did not come true')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

describe.skipIf(!hasTorch)('nccl probe over gloo with real torch, two nodes on loopback', { timeout: 150_000 }, () => {
  it('measures every collective gloo has, names the one it has not, and finds no wrong value', async () => {
    const params = {
      collectives: ['all_reduce', 'all_gather', 'reduce_scatter', 'all_to_all', 'broadcast'],
      min_bytes: 1024,
      max_bytes: 65_536,
      factor: 64,
      iterations: 5,
      warmup_iterations: 1,
    }
    const output = await runRoles(nccl, onTwoNodes(params))
    expect(output.roles.map((role) => [role.role, role.exitCode])).toEqual([
      ['node0', 0],
      ['node1', 0],
    ])
    const reading = nccl.read(output)
    expect(reading.problem).toBeNull()
    expect(reading.facts).toMatchObject({ ranks: 2, nodes: 2, backend: 'gloo', via: 'torch', sockets: ['a:lo', 'b:lo'] })
    const times = reading.measurements.filter((entry) => entry.metric === 'nccl.time')
    const unsupported = reading.warnings.filter((warning) => warning.code === 'collective_unsupported')
    expect(times.length + 2 * unsupported.length).toBe(10)
    for (const warning of unsupported) expect(warning.message).toMatch(/^reduce_scatter is not supported by gloo in torch \d/)
    const wrong = reading.measurements.filter((entry) => entry.metric === 'nccl.wrong')
    expect(wrong.map((entry) => entry.value)).toEqual(times.map(() => 0))

    // The figures are those of the ranks' own files: the slowest rank of each iteration, averaged.
    const rows = reading.series.filter(
      (series) => series.dimensions['collective'] === 'all_reduce' && series.dimensions['size_bytes'] === 65_536,
    )
    expect(rows.map((series) => series.dimensions['rank'])).toEqual([0, 1])
    const slowest = [...(rows[0]?.values ?? [])].map((value, index) => Math.max(value, rows[1]?.values[index] ?? 0))
    const time = times.find((entry) => entry.dimensions['collective'] === 'all_reduce' && entry.dimensions['size_bytes'] === 65_536)
    expect(slowest).toHaveLength(5)
    expect(time?.value).toBeCloseTo(slowest.reduce((sum, value) => sum + value, 0) / 5, 6)
    // all_reduce and broadcast move the whole size between two hosts, the others half of it.
    const halves = times.length / 2 - 2
    expect(reading.expectedBytes).toBe(5 * (1024 + 65_536) * (2 + halves / 2))
  })

  it('runs several ranks per host', async () => {
    const reading = nccl.read(await runRoles(nccl, onTwoNodes({ min_bytes: 4096, max_bytes: 4096, iterations: 3, ranks_per_host: 2 })))
    expect(reading.problem).toBeNull()
    expect(reading.facts).toMatchObject({ ranks: 4 })
    expect(reading.series.map((series) => series.dimensions['rank'])).toEqual([0, 1, 2, 3])
  })

  it('ends on both hosts when one rank dies', async () => {
    const endless = onTwoNodes({
      min_bytes: 4096,
      max_bytes: 4096,
      iterations: 100_000,
      collectives: ['all_reduce', 'broadcast', 'all_gather'],
    })
    let killedAt = 0
    const output = await runRoles(nccl, endless, {
      env: { HR_STALL_SECONDS: '20' },
      whenStarted: async (roles) => {
        const node1 = roles.find((role) => role.role === 'node1')?.pid ?? 0
        await until(() => ranksOf(node1) === 1, 45_000)
        await new Promise((resolve) => setTimeout(resolve, 4000))
        killedAt = Date.now()
        expect(spawnSync('pkill', ['-KILL', '-P', String(node1)]).status).toBe(0)
      },
    })
    // At most the watchdog's time, should the rank have died before it met the others.
    expect(Date.now() - killedAt).toBeLessThan(35_000)
    expect(output.roles.map((role) => role.exitCode === 0)).toEqual([false, false])
    expect(nccl.read(output).problem?.message).toMatch(/^The ranks \(node[01]\) on [ab]/)
  })

  it('says that this Python has no torch', async () => {
    const output = await runRoles(nccl, onTwoNodes({ max_bytes: 1024 }), {
      env: { PYTHONPATH: '/nonexistent', PYTHONNOUSERSITE: '1', HR_PYTHON: withoutTorch() },
    })
    expect(nccl.read(output).problem).toMatchObject({ code: 'remote.python_missing', evidence: expect.stringContaining('torch') })
  })
})

/** Any Python that cannot import torch, or one told to leave its packages out. */
const withoutTorch = (): string => {
  const candidates = ['python3', 'python'].map((name) =>
    spawnSync('sh', ['-c', `command -v ${name}`])
      .stdout.toString()
      .trim(),
  )
  return candidates.find((path) => path !== '' && spawnSync(path, ['-c', 'import torch']).status !== 0) ?? '/nonexistent/python3'
}
