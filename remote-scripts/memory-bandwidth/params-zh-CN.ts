/** The parameters' descriptions in Chinese, by their English. */
export const memoryBandwidthParamsZhCN: Readonly<Record<string, string>> = {
  'auto: numpy, else torch, else C compiled on the host': 'auto：numpy，否则 torch，否则在主机上编译 C',
  'Size of one of the three arrays, bytes; default 4 times the last-level caches': '三个数组中一个的大小，字节；默认为末级缓存的 4 倍',
  'Processes that measure at once; default one per processor': '同时测量的进程数；默认每个处理器一个',
  'Timed rounds of each test': '每项测试的计时轮数',
  'Also on GPUs, and between host and GPU, where torch sees one': 'torch 能看到 GPU 时，也测 GPU 以及主机与 GPU 之间',
}
