/** The parameters' descriptions in Chinese, by their English. */
export const rdmaParamsZhCN: Readonly<Record<string, string>> = {
  'perftest programs, without ib_': 'perftest 的程序，不带 ib_',
  'Message sizes, bytes; one process each': '消息大小，字节；每个一个进程',
  'Queue pairs of the bandwidth tests': '带宽测试的队列对数',
  'Messages per test (and per queue pair)': '每项测试（及每个队列对）的消息数',
  'Seconds per test instead of iterations; the peak is then not measured': '每项测试的秒数，代替消息数；此时不测峰值',
  'GID index, needed on some RoCE networks': 'GID 索引，某些 RoCE 网络需要',
  'Path MTU, bytes': '路径 MTU，字节',
  'Ask for Gb/s instead of MiB/s; both are read': '要求输出 Gb/s 而非 MiB/s；两者都能读取',
}
