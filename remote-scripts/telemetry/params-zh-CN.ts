/** The parameters' descriptions in Chinese, by their English. */
export const telemetryParamsZhCN: Readonly<Record<string, string>> = {
  'How long to watch, seconds': '观察多久，秒',
  'Rows a second': '每秒行数',
  'Count retransmissions with bpftrace as well (root; its start takes a second of one core)':
    '同时用 bpftrace 统计重传（需要 root；启动占用一个核一秒）',
}
