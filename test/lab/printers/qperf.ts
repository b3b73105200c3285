/** A test of qperf; figures of three digits, as it prints them. */
export type QperfTest =
  { test: 'tcp_bw'; gbPerS: number } | { test: 'tcp_lat'; us: number } | { test: 'udp_bw'; sentMbPerS: number; receivedMbPerS: number }

const figure = (name: string, value: number, unit: string): string => `    ${name}  =  ${value.toPrecision(3)} ${unit}`

const linesOf = (one: QperfTest): string[] => {
  if (one.test === 'tcp_bw') return [figure('bw', one.gbPerS, 'GB/sec')]
  if (one.test === 'tcp_lat') return [figure('latency', one.us, 'us')]
  return [figure('send_bw', one.sentMbPerS, 'MB/sec'), figure('recv_bw', one.receivedMbPerS, 'MB/sec')]
}

export const printQperf = (tests: readonly QperfTest[]): string =>
  tests.map((one) => [`${one.test}:`, ...linesOf(one), ''].join('\n')).join('')
