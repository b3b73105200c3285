import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inventory as schema } from '../../preload/contract'
import { parseInventory } from './parse'

const host = (...lines: string[]): string =>
  ['=== hr section host', 'hostname=n1', 'uid=1000', 'memlock_kib=unlimited', ...lines, '=== hr section end', ''].join('\n')

describe('parseInventory', () => {
  it('reads GPUs by the header, and what a driver does not tell is null', () => {
    const { inventory } = parseInventory(
      host(
        '=== hr section gpus',
        'index, name, uuid, memory.total [MiB], driver_version, clocks.max.sm [MHz], pcie.link.gen.max, pcie.link.width.max',
        '0, Tesla K80, GPU-aa, 11441 MiB, 470.82.01, 875 MHz, 3, 16',
        '1, Tesla K80, [N/A], [Unknown Error], 470.82.01, [Not Supported], ERR!, 16',
        'Unable to determine the device handle',
      ),
    )
    expect(inventory.gpus).toEqual([
      {
        index: 0,
        name: 'Tesla K80',
        uuid: 'GPU-aa',
        memoryMiB: 11_441,
        driver: '470.82.01',
        computeCapability: null,
        smClockMHz: 875,
        pcieGen: 3,
        pcieWidth: 16,
      },
      {
        index: 1,
        name: 'Tesla K80',
        uuid: null,
        memoryMiB: null,
        driver: '470.82.01',
        computeCapability: null,
        smClockMHz: null,
        pcieGen: null,
        pcieWidth: 16,
      },
    ])
    expect(inventory.memlockKiB).toBe('unlimited')
  })

  it('quotes an nvidia-smi that fails instead of saying that there is none', () => {
    const { inventory, warnings } = parseInventory(
      host('=== hr section gpus', "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."),
    )
    expect(inventory.gpus).toEqual([])
    expect(warnings).toEqual([{ code: 'nvidia_smi_failed', message: expect.stringContaining("couldn't communicate") }])
  })

  it('takes no constant of a virtual driver for a line rate, and says where a real rate comes from', () => {
    const net = (name: string, speed: string, type: string, driver: string, kind = ''): string =>
      `name=${name}\tspeed=${speed}\tmtu=1500\ttype=${type}\toperstate=up\tflags=0x1003\tdriver=${driver}\tkind=${kind}`
    const { inventory, warnings } = parseInventory(
      host(
        '=== hr section ip-link',
        String.raw`5: v0@if6: <BROADCAST,UP> mtu 1500 qdisc noqueue\    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff link-netnsid 0 promiscuity 0 minmtu 68 \    veth addrgenmode eui64`,
        '=== hr section net',
        net('v0', '10000', '1', '', 'virtual'),
        net('bond0', '50000', '1', '', 'bond'),
        net('eth0', '-1', '1', 'virtio_net'),
        net('ib0', '', '32', 'mlx5_core'),
        '=== hr section infiniband',
        'name=mlx5_0\tport=1\trate=100 Gb/sec (4X EDR)\tstate=4: ACTIVE\tlink_layer=InfiniBand\tfw_ver=16.35\tnetdevs=\tmembers= ib0:0',
      ),
    )
    expect(inventory.interfaces.map((one) => [one.name, one.rateGbps, one.rateSource])).toEqual([
      ['v0', null, undefined],
      ['bond0', 50, 'speed of bond'],
      ['eth0', null, undefined],
      ['ib0', 100, 'port rate of mlx5_0:1'],
    ])
    expect(warnings).toEqual([{ code: 'rate_not_a_line_rate', message: expect.stringMatching(/^v0: veth says 10000/) }])
  })

  it('tells a truncated answer from something that is no inventory', () => {
    expect(parseInventory('=== hr section host\nhostname=n1\n').problem?.code).toBe('parse.truncated')
    expect(parseInventory('This account is currently not available.\n').problem).toMatchObject({
      code: 'parse.unrecognised',
      evidence: 'This account is currently not available.',
    })
    expect(parseInventory('').problem?.code).toBe('parse.unrecognised')
  })

  it('keeps no control sequence, no foreign prototype and nothing without bound', () => {
    const { inventory } = parseInventory(
      host(
        'os=x',
        '=== hr section os-release',
        'PRETTY_NAME="\u001b]0;owned\u0007\u202eDebian\u001b[31m"',
        '=== hr section tools',
        'name=__proto__\tpath=/x',
        'name=iperf3\tpath=/usr/bin/iperf3\tversion=iperf 3.16 (cJSON 1.7.15)',
      ) + `\n${'A'.repeat(1_000_000)}`,
    )
    expect(inventory.os).toBe('Debian')
    expect(inventory.tools).toEqual({ iperf3: { path: '/usr/bin/iperf3', version: '3.16' } })
    expect(Object.getPrototypeOf(inventory.tools)).toBe(Object.prototype)
    expect(JSON.stringify(inventory).length).toBeLessThan(2000)
  })

  it('never throws and always keeps to the contract', () => {
    const lines = fc.constantFrom(
      '=== hr section net',
      '=== hr section gpus',
      '=== hr section infiniband',
      '=== hr section host',
      'index, name',
      'name=\tport=1',
      'MemTotal: 9e99 kB',
      '=',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(lines, fc.string({ unit: 'binary' })), { maxLength: 60 }), (parts) => {
        expect(schema.safeParse(parseInventory(parts.join('\n')).inventory).success).toBe(true)
      }),
      { numRuns: 100 },
    )
  })
})

describe('the GPU performance counters', () => {
  it.each([
    ['RmProfilingAdminOnly: 1', true],
    ['RmProfilingAdminOnly: 0', false],
    ['RmProfilingAdminOnly: yes', null],
  ])('%s: reserved for administrators is %s', (line, expected) => {
    expect(parseInventory(host('=== hr section gpu-params', line)).inventory.gpuCountersAdminOnly).toBe(expected)
  })
})
