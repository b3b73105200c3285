import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LaunchContext } from '../../../remote-scripts/_kit/probe'
import { parseInventory } from '../../../remote-scripts/inventory/parse'
import { ncclParams, type NcclParams } from '../../../remote-scripts/nccl/params'
import nccl from '../../../remote-scripts/nccl/probe'
import { rdmaParams, type RdmaParams } from '../../../remote-scripts/rdma/params'
import rdma from '../../../remote-scripts/rdma/probe'
import { runRoles } from './run-roles'

// Stand-ins for tools that need hardware: they take the real options, meet over real TCP and print what the real ones print.
const perftest = String.raw`#!/usr/bin/env python3
import socket, sys
words = sys.argv[1:]
value = lambda name: words[words.index(name) + 1]
if "_lat" in sys.argv[0] and "-q" in words:
    sys.exit(" Multiple QPs only available on bw tests")
server = None if words[-2].startswith("-") else words[-1]
size, count, port = int(value("-s")), int(value("-n")), int(value("-p"))
if server is None:
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(("", port)); s.listen(1)
        s.accept()[0].recv(1)
else:
    try:
        socket.create_connection((server, port), 5).sendall(b"x")
    except OSError:
        sys.exit("Couldn't connect to %s:%d\nUnable to open file descriptor for socket connection Unable to init the socket connection" % (server, port))
bandwidth = sys.argv[0].endswith("_bw")
line = "-" * 87
print(line)
print("                    RDMA_Write %s Test" % ("BW" if bandwidth else "Latency"))
print(" Dual-port       : OFF\t\tDevice         : %s" % value("-d"))
print(" Number of qps   : 1\t\tTransport type : IB")
print(" Connection type : RC\t\tUsing SRQ      : OFF")
print(" Mtu             : 4096[B]\n Link type       : IB")
print(line)
print(" local address: LID 0x%02x QPN 0x%04x PSN 0x%06x" % (1 if server else 2, port, port))
print(" remote address: LID 0x%02x QPN 0x%04x PSN 0x%06x" % (2 if server else 1, port, port))
print(line)
if bandwidth:
    print(" #bytes     #iterations    BW peak[Gb/sec]    BW average[Gb/sec]   MsgRate[Mpps]")
    rate = size * 8 / (1.0 + size / 25e3) / 1e3
    print(" %-10d %d            %.2f             %.6f            %.6f" % (size, count, rate, rate, rate * 1e3 / 8 / size))
else:
    print(" #bytes #iterations    t_min[usec]    t_max[usec]  t_typical[usec]    t_avg[usec]    t_stdev[usec]   99% percentile[usec]   99.9% percentile[usec]")
    print(" %-7d %d          0.91           4.10         1.02                1.05             0.10            1.40                    2.20" % (size, count))
print(line)
`
const mpirun = String.raw`#!/bin/sh
if [ "$1" = --version ]; then echo "mpirun (Open MPI) 4.1.4"; exit 0; fi
echo "$@" >"$HR_JOB/mpirun-words"
while [ $# -gt 0 ]; do
  case $1 in */all_reduce_perf) break ;; esac
  shift
done
exec "$@"
`
const allReduce = String.raw`#!/usr/bin/env python3
import json, os, sys
words = sys.argv[1:]
if words == ["-h"]:
    sys.exit("USAGE: all_reduce_perf \n\t[-b,--minbytes <min size in bytes>] \n\t[-J,--output_file <file>]")
value = lambda name: words[words.index(name) + 1]
print("# nThread 1 nGpus 1 minBytes %s maxBytes %s step: 4(factor) warmup iters: 5 iters: %s agg iters: 1 validation: 1 graph: 0\n#" % (value("-b"), value("-e"), value("-n")))
print("# Using devices")
for rank in range(4):
    print("#  Rank  %d Group  0 Pid  4242 on      node%d device  %d [0x07] NVIDIA A100-SXM4-80GB" % (rank, rank // 2, rank % 2))
print("node0:4242:4250 [0] NCCL INFO NET/IB : Using [0]mlx5_0:1/IB [RO]; OOB ib0:10.0.0.1<0>")
print("node0:4242:4250 [0] NCCL INFO Using network IB")
print("node0:4242:4250 [0] NCCL INFO Channel 00/0 : 1[1] -> 2[0] [send] via NET/IB/0/GDRDMA")
print("#\n#                                                              out-of-place                       in-place          ")
print("#       size         count      type   redop    root     time   algbw   busbw #wrong     time   algbw   busbw #wrong")
print("#        (B)    (elements)                               (us)  (GB/s)  (GB/s)            (us)  (GB/s)  (GB/s)       ")
print("     1048576        262144     float     sum      -1   100.00   10.49   15.73      0   100.00   10.49   15.73      0")
print("     4194304       1048576     float     sum      -1   250.00   16.78   25.17      0   250.00   16.78   25.17      0")
print("# Out of bounds values : 0 OK\n# Avg bus bandwidth    : 20.4472 \n#")
with open(value("-J"), "w") as out:
    json.dump({"version": 3, "env": ["%s=%s" % pair for pair in os.environ.items()], "nccl_version": "2.21.5", "results": []}, out)
sys.exit(3 if os.environ.get("FAIL_AT_END") else 0)
`

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hr-tools-'))
  await mkdir(join(folder, 'bin'))
  const files = { ib_write_bw: perftest, ib_write_lat: perftest, mpirun, all_reduce_perf: allReduce }
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, 'bin', name), text)
    await chmod(join(folder, 'bin', name), 0o755)
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const line = (fields: Record<string, string>): string =>
  Object.entries(fields)
    .map((field) => field.join('='))
    .join('\t')

/** What the inventory of a host with these tools, two GPUs and one HCA is. */
const inventoryText = (address: string): string =>
  [
    '=== hr section host',
    'hostname=node',
    'uid=0',
    '=== hr section ip-addr',
    `2: ib0    inet ${address}/8 scope global ib0`,
    '=== hr section net',
    line({ name: 'ib0', speed: '200000', mtu: '4092', type: '32', operstate: 'up', flags: '0x1003', driver: 'mlx5_core', kind: '' }),
    '=== hr section infiniband',
    line({
      name: 'mlx5_0',
      port: '1',
      rate: '200 Gb/sec (4X HDR)',
      state: '4: ACTIVE',
      link_layer: 'InfiniBand',
      fw_ver: '20.31',
      netdevs: 'ib0',
      members: '',
    }),
    '=== hr section gpus',
    'index, name, uuid, memory.total [MiB], driver_version, clocks.max.sm [MHz], pcie.link.gen.max, pcie.link.width.max, compute_cap',
    ...['0', '1'].map((index) => `${index}, NVIDIA A100-SXM4-80GB, GPU-${index}, 81920 MiB, 535.104.05, 1410 MHz, 4, 16, 8.0`),
    '=== hr section tools',
    ...['mpirun', 'all_reduce_perf', 'ib_write_bw', 'ib_write_lat'].map((name) =>
      line({ name, path: join(folder, 'bin', name), version: '' }),
    ),
    '=== hr section end',
  ].join('\n')

const contextOf = <Params>(params: Params): LaunchContext<Params> => ({
  params,
  arm: { fabric: 'fast' },
  fabric: {
    name: 'fast',
    spec: { kind: 'infiniband', hcas: { a: 'mlx5_0:1', b: 'mlx5_0:1' }, addresses: { a: '127.0.0.1', b: '127.0.0.1' } },
  },
  hosts: ['a', 'b'].map((name) => ({ name, python: null, inventory: parseInventory(inventoryText('127.0.0.1')).inventory })),
})

describe('rdma scripts with perftest stand-ins', () => {
  it('runs one process per size and operation on both sides and keeps every row', async () => {
    const context = contextOf<RdmaParams>(rdmaParams.parse({ sizes: [64, 65_536, 8_388_608] }))
    const output = await runRoles(rdma, context)
    const reading = rdma.read(output)
    expect(reading.problem).toBeNull()
    const values = (metric: string): unknown[] =>
      reading.measurements
        .filter((entry) => entry.metric === metric)
        .map((entry) => [entry.dimensions['size_bytes'], entry.dimensions['op']])
    expect(values('rdma.bw_average')).toEqual([64, 65_536, 8_388_608].map((size) => [size, 'write']))
    expect(values('rdma.lat_typical')).toEqual([64, 65_536, 8_388_608].map((size) => [size, 'write']))
    const large = reading.measurements.find((entry) => entry.metric === 'rdma.bw_average' && entry.dimensions['size_bytes'] === 8_388_608)
    expect(large?.value).toBeCloseTo(8_388_608 / (1 + 8_388_608 / 25e3) / 1e3, 4)
    expect(reading.transportLog?.observed).toEqual(['mlx5_0', 'IB'])
    // Bandwidth and latency test send every size 2000 times.
    expect(reading.expectedBytes).toBe(2 * 2000 * (64 + 65_536 + 8_388_608))
    // It ends by itself after the last test; on a slow machine it may still be about to when the launch is over.
    expect([0, 143]).toContain(output.roles.find((role) => role.role === 'server')?.exitCode)
  })
})

describe('nccl scripts with stand-ins for mpirun and nccl-tests', () => {
  const params = (): NcclParams => ncclParams.parse({ min_bytes: 1_048_576, max_bytes: 4_194_304, factor: 4 })

  it('starts mpirun over the addresses of the fabric and reads table and transport', async () => {
    const context = contextOf(params())
    const [job] = nccl.jobs(context)
    expect(job?.display).toBe(
      'NCCL_DEBUG=INFO NCCL_DEBUG_SUBSYS=INIT,NET NCCL_NET=IB NCCL_IB_HCA==mlx5_0:1 NCCL_SOCKET_IFNAME==ib0 mpirun -np 4 -H 127.0.0.1:2,127.0.0.1:2 ' +
        '-x NCCL_DEBUG -x NCCL_DEBUG_SUBSYS -x NCCL_NET -x NCCL_IB_HCA -x NCCL_SOCKET_IFNAME all_reduce_perf -b 1048576 -e 4194304 -f 4 -g 1 -n 20 -w 5 -d float -c 1',
    )
    const reading = nccl.read(await runRoles(nccl, context))
    expect(reading.problem).toBeNull()
    const busbw = reading.measurements
      .filter((entry) => entry.metric === 'nccl.busbw' && entry.dimensions['in_place'] === true)
      .map((entry) => entry.value)
    expect(busbw).toEqual([15.73, 25.17])
    expect(reading.facts).toMatchObject({ via: 'nccl-tests', ranks: 4, nodes: 2 })
    expect(reading.transportLog?.observed).toEqual(['NET/IB', 'mlx5_0:1'])
    // Two hosts: every host sends the whole size once per iteration, in place and out of place.
    expect(reading.expectedBytes).toBe(2 * 20 * (1_048_576 + 4_194_304))
  })

  it("lets no secret of the tools' environment dump come home", async () => {
    const output = await runRoles(nccl, contextOf(params()), { env: { HF_TOKEN: 'hf_stand_in_secret' } })
    const launcher = output.roles.find((role) => role.role === 'launcher')
    expect([...(launcher?.files.keys() ?? [])]).toContain('all_reduce_perf.json')
    for (const [name, bytes] of launcher?.files ?? [])
      expect([name, new TextDecoder().decode(bytes)]).toEqual([name, expect.not.stringContaining('hf_stand_in_secret')])
  })

  it('keeps what was measured when the program fails at its end', async () => {
    const reading = nccl.read(await runRoles(nccl, contextOf(params()), { env: { FAIL_AT_END: '1' } }))
    expect(reading.problem).toMatchObject({
      code: 'remote.tool_failed',
      message: expect.stringContaining('all_reduce_perf ended with code 3'),
    })
    expect(reading.measurements.filter((entry) => entry.metric === 'nccl.time')).toHaveLength(4)
  })
})
