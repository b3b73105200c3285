/** What a ping-pong of sockperf found, microseconds of one way with three decimals. */
export interface SockperfLatency {
  observations: number
  avgUs: number
  minUs: number
  maxUs: number
  /** Percentile (50, 99.9 …) -> microseconds, as printed from the largest down. */
  percentilesUs: readonly (readonly [number, number])[]
}

const us = (value: number): string => value.toFixed(3)

export const printSockperfPingpong = ({ observations, avgUs, minUs, maxUs, percentilesUs }: SockperfLatency): string =>
  [
    'sockperf: == version #3.10-0.git5ebd327da983 == ',
    'sockperf[CLIENT] send on:sockperf: using recvfrom() to block on socket(s)',
    '',
    '[ 0] IP = 10.9.0.2        PORT = 11111 # TCP',
    'sockperf: Warmup stage (sending a few dummy messages)...',
    'sockperf: Starting test...',
    'sockperf: Test end (interrupted by timer)',
    'sockperf: Test ended',
    `sockperf: [Valid Duration] RunTime=1.550 sec; SentMessages=${observations}; ReceivedMessages=${observations}`,
    `sockperf: ====> avg-latency=${us(avgUs)} (std-dev=2.101)`,
    'sockperf: # dropped messages = 0; # duplicated messages = 0; # out-of-order messages = 0',
    `sockperf: Summary: Latency is ${us(avgUs)} usec`,
    `sockperf: Total ${observations} observations; each percentile contains ${(observations / 100).toFixed(2)} observations`,
    `sockperf: ---> <MAX> observation = ${us(maxUs).padStart(8)}`,
    ...percentilesUs.map(([percentile, value]) => `sockperf: ---> percentile ${percentile.toFixed(3)} = ${us(value).padStart(8)}`),
    `sockperf: ---> <MIN> observation = ${us(minUs).padStart(8)}`,
    '',
  ].join('\n')
