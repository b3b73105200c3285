/** The parameters' descriptions in Chinese, by their English. */
export const tcpParamsZhCN: Readonly<Record<string, string>> = {
  'Measured time, seconds': '测量时间，秒',
  'Parallel connections': '并行连接数',
  'Time left out at the start (slow start), seconds': '开头略去的时间（慢启动），秒',
  'The server sends instead of the client': '由服务器而非客户端发送',
  'Both send at once (iperf3 3.7 or newer)': '双方同时发送（iperf3 3.7 或更新）',
  'Ping-pong after the throughput test': '吞吐量测试之后做乒乓测试',
  'Measured round trips': '测量的往返次数',
  'Size of a ping-pong message, bytes': '乒乓消息的大小，字节',
  "iperf3's port; a free one without it": 'iperf3 的端口；不填则用空闲端口',
  'Socket buffer, as for iperf3 -w': '套接字缓冲区，同 iperf3 -w',
  'Count retransmissions and drops with bpftrace as well, where it is installed and the user may trace':
    '若已安装 bpftrace 且用户有权跟踪，则也用它统计重传和丢包',
  'Maximum segment size, bytes, as for iperf3 -M': '最大报文段长度，字节，同 iperf3 -M',
}
