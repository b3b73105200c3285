/** The parameters' descriptions in Chinese, by their English. */
export const ncclParamsZhCN: Readonly<Record<string, string>> = {
  'auto: nccl where every host has GPUs, else gloo': 'auto：每台主机都有 GPU 时用 nccl，否则用 gloo',
  'Collectives to measure': '要测量的集合通信',
  'Smallest total size, bytes': '最小总大小，字节',
  'Largest total size, bytes': '最大总大小，字节',
  'Each size is the last one times this': '每个大小是前一个的这么多倍',
  'Measured iterations per size': '每个大小的测量次数',
  'Iterations before them': '测量之前的次数',
  'Default: the GPUs of a host, or 1 with gloo': '默认：主机的 GPU 数；gloo 时为 1',
  'Element type': '元素类型',
  'auto: nccl-tests where installed, else torch.distributed': 'auto：装有 nccl-tests 时用它，否则用 torch.distributed',
}
