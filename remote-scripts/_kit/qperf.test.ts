import { describe, expect, it } from 'vitest'
import { hasQperfTest, qperfTests, readQperfTest } from './qperf'
import { newReading } from './reading'

const isMine = (name: string): boolean => name.startsWith('tcp_')
const wanted = new Set(['bw', 'latency', 'msg_rate'])

const read = (text: string): [string, number, number | string | undefined][] =>
  qperfTests(text, isMine).flatMap((test) => {
    const values: [string, number, number | string | undefined][] = []
    const reading = newReading('tcp', 'qperf')
    readQperfTest(reading, test, test.name.endsWith('_lat') ? new Set(['latency']) : wanted, (name, value, _unit, size) => {
      values.push([name, value, size])
    })
    return values
  })

describe('a size of the message', () => {
  it('is exact where qperf prints it so, and its own words where it rounds', () => {
    expect(
      read(`tcp_bw:
    bw        =   1.17 GB/sec
    msg_rate  =   17.9 K/sec
    msg_size  =  64 KiB (65,536)
tcp_lat:
    latency   =  12.3 us
    msg_size  =     1 bytes
tcp_lat:
    latency   =  14.1 us
    msg_size  =   1.5 KB
`),
    ).toEqual([
      ['bw', 1.17, 65_536],
      ['msg_rate', 17_900, 65_536],
      ['latency', 12.3, 1],
      ['latency', 14.1, '1.5 KB'],
    ])
  })

  it('that may be another test’s costs the figures their place', () => {
    const lost = `tcp_lat:
    latency   =  12.3 us
tcp_lat:
    msg_size  =     8 bytes
    latency   =  14.1 us
tcp_lat:
    latency   =  15.0 us
    msg_size  =    16 bytes
    msg_size  =    32 bytes
`
    expect(read(lost)).toEqual([])
  })
})

describe('a message rate', () => {
  it('that contradicts the bandwidth is left out', () => {
    expect(read('tcp_bw:\n    bw        =  1.17 GB/sec\n    msg_rate  =  81.3 K/sec\n    msg_size  =  64 KiB (65,536)\n')).toEqual([
      ['bw', 1.17, 65_536],
    ])
  })
})

it('a figure that is there twice is nobody’s', () => {
  expect(read('tcp_lat:\n    latency  =  12.3 us\n    latency  =  14.1 us\n')).toEqual([])
})

it('a name without figures below is no qperf output', () => {
  expect([hasQperfTest('tcp_bw:\nsome words\n', isMine), hasQperfTest('x\ntcp_bw:\n    bw  =  1 GB/sec\n', isMine)]).toEqual([false, true])
})
