import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { hostname, release, tmpdir, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inventory as inventorySchema } from '../../../preload/contract'
import { parseInventory } from '../../../remote-scripts/inventory/parse'

const script = await readFile(join(import.meta.dirname, '../../../remote-scripts/inventory/run.sh'), 'utf8')

/** As the program does it: the text on standard input of `sh -s`, the setup text in front. */
const survey = (
  shell: string[],
  env: Record<string, string> = {},
  setup = '',
): ReturnType<typeof parseInventory> & { stderr: string; ms: number } => {
  const started = performance.now()
  const [command = 'sh', ...words] = shell
  const result = spawnSync(command, words, { input: `${setup}\n${script}`, env: { ...process.env, ...env }, encoding: 'utf8' })
  return { ...parseInventory(result.stdout), stderr: result.stderr, ms: performance.now() - started }
}

const put = async (root: string, path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), text)
}

describe('inventory of this machine', () => {
  it('agrees with what Node and the kernel say, within seconds, and keeps to the contract', async () => {
    const { inventory, problem, stderr, ms } = survey(['sh', '-s'])
    expect(problem).toBeNull()
    expect(stderr).toBe('')
    expect(ms).toBeLessThan(15_000)
    expect(inventorySchema.parse(inventory)).toEqual(inventory)
    expect(inventory.hostname).toBe(hostname())
    expect(inventory.kernel).toBe(`Linux ${release()}`)
    expect(inventory.bootId).toBe((await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim())
    expect(inventory.uid).toBe(process.getuid?.())
    expect(inventory.memoryMiB).toBe(Math.floor(totalmem() / 2 ** 20))
    expect(inventory.cpu.cores).toBe(Number(spawnSync('nproc', ['--all']).stdout.toString()))
    expect(inventory.simulated).toBe(false)
    expect(inventory.interfaces.find((one) => one.name === 'lo')).toMatchObject({
      linkType: 'loopback',
      up: true,
      rateGbps: null,
      addresses: expect.arrayContaining(['127.0.0.1']),
    })
    expect(inventory.tools['sha256sum']?.version).toMatch(/^\d+\.\d+/)
    expect(inventory.pythons.length).toBeGreaterThan(0)
  })

  it('runs the setup text first and reads past what it prints', () => {
    const { inventory, problem } = survey(
      ['sh', '-s'],
      {},
      'echo "Loading module cuda/12.4"; HEADROOM_SIMULATED=1; export HEADROOM_SIMULATED',
    )
    expect(problem).toBeNull()
    expect(inventory.simulated).toBe(true)
  })

  it('is the same under bash', () => {
    const [dash, bash] = [survey(['sh', '-s']).inventory, survey(['bash', '-s']).inventory]
    expect({ ...bash, loadAverage1: 0, diskFreeMiB: 0 }).toEqual({ ...dash, loadAverage1: 0, diskFreeMiB: 0 })
  })

  it('prints no environment', () => {
    const secret = 'hunter2-in-the-environment'
    const result = spawnSync('sh', ['-s'], { input: script, env: { ...process.env, WANDB_API_KEY: secret }, encoding: 'utf8' })
    expect(result.stdout).toContain('=== hr section end')
    expect(result.stdout + result.stderr).not.toContain(secret)
  })
})

describe('inventory under another root (HEADROOM_SYS_ROOT)', () => {
  it('reads interfaces, HCAs and processors from there and takes no veth speed for a line rate', async () => {
    const root = await mkdtemp(join(tmpdir(), 'hr-root-'))
    try {
      const net = (name: string): string => `sys/class/net/${name}`
      await put(root, 'proc/cpuinfo', 'processor\t: 0\nmodel name\t: Simulated CPU\nprocessor\t: 1\nmodel name\t: Simulated CPU\n')
      await put(root, 'proc/meminfo', 'MemTotal:       1073741824 kB\n')
      for (const [name, speed, type] of [
        ['ens1f0', '25000', '1'],
        ['ib0', '200000', '32'],
        ['v0', '10000', '1'],
      ] as const) {
        for (const [file, text] of Object.entries({ speed, type, mtu: '1500', operstate: 'up', flags: '0x1003' }))
          await put(root, `${net(name)}/${file}`, `${text}\n`)
      }
      await mkdir(join(root, 'drivers/mlx5_core'), { recursive: true })
      await mkdir(join(root, 'drivers/veth'), { recursive: true })
      for (const [name, driver] of [
        ['ens1f0', 'mlx5_core'],
        ['v0', 'veth'],
      ] as const) {
        await mkdir(join(root, net(name), 'device'))
        await symlink(join(root, 'drivers', driver), join(root, net(name), 'device/driver'))
      }
      const port = 'sys/class/infiniband/mlx5_0/ports/1'
      for (const [file, text] of Object.entries({ rate: '200 Gb/sec (4X HDR)', state: '4: ACTIVE', link_layer: 'InfiniBand' }))
        await put(root, `${port}/${file}`, `${text}\n`)
      await put(root, 'sys/class/infiniband/mlx5_0/fw_ver', '20.31.1014\n')
      await put(root, `${port}/gid_attrs/ndevs/0`, 'ib0\n')

      const { inventory, warnings, problem } = survey(['sh', '-s'], { HEADROOM_SYS_ROOT: root })
      expect(problem).toBeNull()
      expect(inventory.simulated).toBe(true)
      expect(inventory.cpu).toMatchObject({ model: 'Simulated CPU', cores: 2 })
      expect(inventory.memoryMiB).toBe(1_048_576)
      expect(inventory.hcas).toEqual([
        { name: 'mlx5_0', port: 1, linkLayer: 'InfiniBand', state: 'ACTIVE', rateGbps: 200, firmware: '20.31.1014', interface: 'ib0' },
      ])
      const rates = Object.fromEntries(inventory.interfaces.map((one) => [one.name, [one.rateGbps, one.linkType, one.driver]]))
      expect(rates).toEqual({ ens1f0: [25, 'ethernet', 'mlx5_core'], ib0: [200, 'infiniband', null], v0: [null, 'ethernet', 'veth'] })
      expect(warnings.map((warning) => warning.code)).toEqual(['rate_not_a_line_rate'])
    } finally {
      await rm(root, { recursive: true, force: true })
    }
  })
})
