import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { LaunchContext } from '../../../remote-scripts/_kit/probe'
import { rdmaParams, type RdmaParams } from '../../../remote-scripts/rdma/params'
import rdma from '../../../remote-scripts/rdma/probe'
import { runRoles } from './run-roles'

const hasPerftest = spawnSync('ib_write_bw', ['--version']).error === undefined
const hasDevice = existsSync('/sys/class/infiniband') && readdirSync('/sys/class/infiniband').length > 0

const context: LaunchContext<RdmaParams> = {
  params: rdmaParams.parse({ sizes: [64, 4096] }),
  arm: { fabric: 'ib' },
  fabric: { name: 'ib', spec: { kind: 'infiniband', interfaces: { a: 'lo', b: 'lo' }, hcas: { a: 'mlx5_0:1', b: 'mlx5_0:1' } } },
  hosts: [
    { name: 'a', python: null, inventory: null },
    { name: 'b', python: null, inventory: null },
  ],
}

describe('rdma probe without an RDMA device', () => {
  it.skipIf(!hasPerftest || hasDevice)("gives the tool's own message as no_hca, from the side that saw it first", async () => {
    const output = await runRoles(rdma, context)
    expect(output.roles.map((role) => [role.role, role.exitCode])).toEqual([['server', 70]])
    const reading = rdma.read(output)
    expect(reading.problem).toMatchObject({
      code: 'remote.no_hca',
      message: expect.stringMatching(/^The server on b: ib_write_bw -d mlx5_0: .*(device|Device)/),
    })
    expect(reading.measurements).toEqual([])
    expect(reading.expectedBytes).toBeNull()
  })

  it('says that perftest is not installed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hr-bin-'))
    try {
      // PATH of a host with the usual small tools alone.
      for (const tool of ['awk', 'cat', 'cut', 'grep', 'ip', 'od', 'sed', 'sh', 'sleep', 'tail', 'tr']) {
        const path = spawnSync('sh', ['-c', `command -v ${tool}`])
          .stdout.toString()
          .trim()
        await symlink(path, join(folder, tool))
      }
      const output = await runRoles(rdma, context, { env: { PATH: folder } })
      expect(rdma.read(output).problem).toMatchObject({ code: 'remote.tool_missing', message: expect.stringContaining('ib_write_bw') })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
