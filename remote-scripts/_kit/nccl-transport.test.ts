import { describe, expect, it } from 'vitest'
import { ncclTransport } from './nccl-transport'

const ib = `host-a:10:11 [0] NCCL INFO NET/IB : Using [0]mlx5_0:1/IB [1]mlx5_1:1/RoCE [RO]; OOB eth0:10.9.0.1<0>
host-a:10:11 [0] NCCL INFO Using network IB
host-a:10:11 [0] NCCL INFO Channel 00/0 : 0[0] -> 1[0] [send] via NET/IB/1/GDRDMA
host-a:10:11 [0] NCCL INFO Channel 01/0 : 0[0] -> 1[0] [send] via NET/IB/1(5)/GDRDMA/Shared
host-a:10:11 [0] NCCL INFO Channel 02/0 : 0[0] -> 2[1] via P2P/CUMEM`

const socket = `host-a:10:11 [0] NCCL INFO NET/IB : No device found.
host-a:10:11 [0] NCCL INFO NET/IB : Using [RO]; OOB eth0:10.9.0.1<0>
host-a:10:11 [0] NCCL INFO NET/Socket : Using [0]eth0:10.9.0.1<0> [1]eth1:10.8.0.1<0>
host-a:10:11 [0] NCCL INFO Using network Socket
host-a:10:11 [0] NCCL INFO Channel 00/0 : 0[0] -> 1[0] [send] via NET/Socket/0`

describe('ncclTransport', () => {
  it('names the device that the channels use, not those that were opened', () => {
    const found = ncclTransport(ib)
    expect(found?.observed).toEqual(['NET/IB', 'mlx5_1:1'])
    expect(found?.lines.some((line) => line.includes('via NET/IB/1/GDRDMA'))).toBe(true)
  })

  it('names every port of those that are used as one', () => {
    const merged = `host-a:10:11 [0] NCCL INFO NET/IB : Using [0]={[0] mlx5_0:1/IB/SHARP, [1] mlx5_1:1/IB/SHARP} [1]mlx5_4:1/RoCE [RO]; OOB eth0:10.9.0.1<0>`
    const channel = 'host-a:10:11 [0] NCCL INFO Channel 00/0 : 0[0] -> 1[0] [send] via NET/IB/0/GDRDMA'
    expect(ncclTransport(`${merged}\n${channel}`)?.observed).toEqual(['NET/IB', 'mlx5_0:1', 'mlx5_1:1'])
    expect(ncclTransport(`${merged}\n${channel.replace('IB/0', 'IB/1')}`)?.observed).toEqual(['NET/IB', 'mlx5_4:1'])
  })

  it('tells sockets from InfiniBand that was only looked for', () => {
    expect(ncclTransport(socket)?.observed).toEqual(['NET/Socket', 'eth0'])
  })

  it('falls back to the selected network and all its devices without channel lines', () => {
    expect(ncclTransport(socket.split('\n').slice(0, 4).join('\n'))?.observed).toEqual(['NET/Socket', 'eth0', 'eth1'])
  })

  it('names both networks when a log shows both', () => {
    expect(ncclTransport(`${ib}\n${socket}`)?.observed).toEqual(['NET/IB', 'NET/Socket', 'eth0', 'mlx5_1:1'])
  })

  it('knows external plugins by their own name', () => {
    const log =
      'h:1:2 [0] NCCL INFO Using network AWS Libfabric\nh:1:2 [0] NCCL INFO Channel 00/0 : 0[0] -> 8[0] [send] via NET/AWS Libfabric/0/GDRDMA'
    expect(ncclTransport(log)?.observed).toEqual(['NET/AWS Libfabric'])
  })

  it('is null for a log that does not say', () => {
    expect(ncclTransport('# nThread 1\nhost:1:2 [0] NCCL INFO Bootstrap : Using eth0:10.0.0.1<0>')).toBeNull()
  })
})
