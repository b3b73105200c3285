export const IPERF3_VERSION = 'iperf 3.16'

/** One test as both sides know it. */
export interface TcpTest {
  clientHost: string
  serverHost: string
  clientAddress: string
  serverAddress: string
  port: number
  seconds: number
  streams: number
  omit: number
  reverse: boolean
  blockBytes: number
  /** Second -> stream -> payload rate. */
  ratesGBps: number[][]
  retransmits: number[][]
  cpuLocalPercent: number
  cpuRemotePercent: number
  roundTripUs: number
  /** Milliseconds since the epoch. */
  startedAt: number
  cookie: string
}

const FIRST_PORT = 41_200
const CONGESTION_WINDOW = 1_572_864
const socketOf = (stream: number): number => 5 + 2 * stream
const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0)
const column = (rows: number[][], stream: number): number[] => rows.map((row) => row[stream] ?? 0)
const tabs = (value: object): string => JSON.stringify(value, null, '\t')
const systemInfo = (host: string): string => `Linux ${host} 5.15.0-122-generic #132-Ubuntu SMP (simulated) x86_64`

const span = (start: number, end: number, bytes: number): object => ({
  start,
  end,
  seconds: end - start,
  bytes: Math.round(bytes),
  bits_per_second: end > start ? (bytes * 8) / (end - start) : 0,
})

const startOf = (test: TcpTest, isServer: boolean): object => {
  const [local, remote] = isServer ? [test.serverAddress, test.clientAddress] : [test.clientAddress, test.serverAddress]
  const connected = Array.from({ length: test.streams }, (_, stream) => ({
    socket: socketOf(stream),
    local_host: local,
    local_port: isServer ? test.port : FIRST_PORT + stream,
    remote_host: remote,
    remote_port: isServer ? FIRST_PORT + stream : test.port,
  }))
  const peer = isServer
    ? { accepted_connection: { host: test.clientAddress, port: FIRST_PORT - 1 } }
    : { connecting_to: { host: test.serverAddress, port: test.port } }
  return {
    connected,
    version: IPERF3_VERSION,
    system_info: systemInfo(isServer ? test.serverHost : test.clientHost),
    timestamp: { time: new Date(test.startedAt).toUTCString(), timesecs: Math.floor(test.startedAt / 1000) },
    ...peer,
    cookie: test.cookie,
    tcp_mss_default: 8948,
    target_bitrate: 0,
    fq_rate: 0,
    sock_bufsize: 0,
    sndbuf_actual: 16_384,
    rcvbuf_actual: 131_072,
    test_start: {
      protocol: 'TCP',
      num_streams: test.streams,
      blksize: test.blockBytes,
      omit: test.omit,
      duration: test.seconds,
      bytes: 0,
      blocks: 0,
      reverse: test.reverse ? 1 : 0,
      tos: 0,
      target_bitrate: 0,
      bidir: 0,
      fqrate: 0,
      interval: 1,
    },
  }
}

const intervalsOf = (test: TcpTest, sends: boolean): object[] =>
  test.ratesGBps.map((rates, second) => {
    const sent = test.retransmits[second] ?? []
    const streams = rates.map((rate, stream) => ({
      socket: socketOf(stream),
      ...span(second, second + 1, rate * 1e9),
      ...(sends
        ? {
            retransmits: sent[stream] ?? 0,
            snd_cwnd: CONGESTION_WINDOW,
            snd_wnd: 2 * CONGESTION_WINDOW,
            rtt: Math.round(test.roundTripUs * 4),
            rttvar: 6,
            pmtu: 9000,
          }
        : {}),
      omitted: false,
      sender: sends,
    }))
    const total = {
      ...span(second, second + 1, sum(rates) * 1e9),
      ...(sends ? { retransmits: sum(sent) } : {}),
      omitted: false,
      sender: sends,
    }
    return { streams, sum: total }
  })

const endOf = (test: TcpTest, isServer: boolean): object => {
  const receivedEnd = test.seconds + test.roundTripUs / 1e6
  const sends = isServer === test.reverse
  const streams = Array.from({ length: test.streams }, (_, stream) => {
    const bytes = sum(column(test.ratesGBps, stream)) * 1e9
    const retransmits = sum(column(test.retransmits, stream))
    const windows = {
      max_snd_cwnd: CONGESTION_WINDOW,
      max_snd_wnd: 2 * CONGESTION_WINDOW,
      max_rtt: test.roundTripUs * 6,
      min_rtt: test.roundTripUs,
      mean_rtt: test.roundTripUs * 4,
    }
    return {
      sender: { socket: socketOf(stream), ...span(0, test.seconds, bytes), retransmits, ...windows, sender: sends },
      receiver: { socket: socketOf(stream), ...span(0, receivedEnd, bytes), sender: sends },
    }
  })
  const bytes = sum(test.ratesGBps.flat()) * 1e9
  const [local, remote] = isServer ? [test.cpuRemotePercent, test.cpuLocalPercent] : [test.cpuLocalPercent, test.cpuRemotePercent]
  return {
    streams,
    sum_sent: { ...span(0, test.seconds, bytes), retransmits: sum(test.retransmits.flat()), sender: sends },
    sum_received: { ...span(0, receivedEnd, bytes), sender: sends },
    cpu_utilization_percent: {
      host_total: local,
      host_user: local * 0.03,
      host_system: local * 0.97,
      remote_total: remote,
      remote_user: remote * 0.02,
      remote_system: remote * 0.98,
    },
    sender_tcp_congestion: 'cubic',
    receiver_tcp_congestion: 'cubic',
  }
}

/** The document that `iperf3 -J` prints, by the client or by the server. */
export const iperf3Json = (test: TcpTest, isServer: boolean): string =>
  tabs({ start: startOf(test, isServer), intervals: intervalsOf(test, isServer === test.reverse), end: endOf(test, isServer) })

/** The document of a client that found no server. */
export const iperf3ErrorJson = (host: string, message: string): string =>
  tabs({ start: { connected: [], version: IPERF3_VERSION, system_info: systemInfo(host) }, intervals: [], end: {}, error: message })

const threeDigits = (value: number): string => (value < 9.995 ? value.toFixed(2) : value < 99.95 ? value.toFixed(1) : value.toFixed(0))

/** iperf3 prints transfer in binary units and bitrate in decimal ones. */
const textLine = (id: string, from: number, to: number, bytes: number, tail: string): string => {
  const transfer =
    bytes >= 2 ** 30 ? `${threeDigits(bytes / 2 ** 30).padStart(4)} GBytes` : `${threeDigits(bytes / 2 ** 20).padStart(4)} MBytes`
  const rate = (bytes * 8) / (to - from)
  const bitrate = rate >= 1e9 ? `${threeDigits(rate / 1e9).padStart(4)} Gbits/sec` : `${threeDigits(rate / 1e6).padStart(4)} Mbits/sec`
  return `[${id}] ${from.toFixed(2).padStart(6)}-${to.toFixed(2).padEnd(5)} sec  ${transfer}  ${bitrate}${tail}`
}

/** What iperf3 prints without -J. */
export const iperf3Text = (test: TcpTest, isServer: boolean): string => {
  const sends = isServer === test.reverse
  const ids = Array.from({ length: test.streams }, (_, stream) => String(socketOf(stream)).padStart(3))
  const lines = [
    isServer
      ? `Accepted connection from ${test.clientAddress}, port ${FIRST_PORT - 1}`
      : `Connecting to host ${test.serverAddress}, port ${test.port}`,
  ]
  const [local, remote] = isServer ? [test.serverAddress, test.clientAddress] : [test.clientAddress, test.serverAddress]
  ids.forEach((id, stream) => {
    const [localPort, remotePort] = isServer ? [test.port, FIRST_PORT + stream] : [FIRST_PORT + stream, test.port]
    lines.push(`[${id}] local ${local} port ${localPort} connected to ${remote} port ${remotePort}`)
  })
  lines.push(sends ? '[ ID] Interval           Transfer     Bitrate         Retr  Cwnd' : '[ ID] Interval           Transfer     Bitrate')
  const tail = (retransmits: number): string => (sends ? `  ${String(retransmits).padStart(3)}   1.50 MBytes` : '')
  test.ratesGBps.forEach((rates, second) => {
    rates.forEach((rate, stream) =>
      lines.push(textLine(ids[stream] ?? '', second, second + 1, rate * 1e9, tail(test.retransmits[second]?.[stream] ?? 0))),
    )
    if (test.streams > 1)
      lines.push(
        textLine('SUM', second, second + 1, sum(rates) * 1e9, sends ? `  ${String(sum(test.retransmits[second] ?? [])).padStart(3)}` : ''),
      )
  })
  lines.push('- - - - - - - - - - - - - - - - - - - - - - - - -', '[ ID] Interval           Transfer     Bitrate         Retr')
  const total = (id: string, bytes: number, retransmits: number): void => {
    if (!isServer) lines.push(textLine(id, 0, test.seconds, bytes, `  ${String(retransmits).padStart(3)}             sender`))
    lines.push(textLine(id, 0, test.seconds, bytes, '                  receiver'))
  }
  ids.forEach((id, stream) => total(id, sum(column(test.ratesGBps, stream)) * 1e9, sum(column(test.retransmits, stream))))
  if (test.streams > 1) total('SUM', sum(test.ratesGBps.flat()) * 1e9, sum(test.retransmits.flat()))
  if (!isServer) lines.push('', 'iperf Done.')
  return lines.join('\n')
}
