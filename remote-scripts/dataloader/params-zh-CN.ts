/** The parameters' descriptions in Chinese, by their English. */
export const dataloaderParamsZhCN: Readonly<Record<string, string>> = {
  'Worker processes; 0: the training process loads by itself': 'worker 进程数；0：由训练进程自己加载',
  'Batches that each worker makes ahead': '每个 worker 预先准备的批数',
  'Samples of a batch': '一批的样本数',
  'Pinned memory; needs a GPU': '锁页内存；需要 GPU',
  'Measured steps of each setting': '每种设置的测量步数',
  'Steps before them, and as many more as the queue holds': '测量之前的步数，另加队列能容纳的步数',
  'module:callable that returns a map-style dataset, or it and a collate function; without it a synthetic one':
    'module:callable，返回 map 式数据集，或数据集与 collate 函数；不填则用合成数据集',
  'Folder on the host that is added to the module path': '主机上加入模块路径的目录',
  'Synthetic: number of samples': '合成：样本数',
  'Synthetic: size of a sample, bytes': '合成：一个样本的大小，字节',
  'Synthetic: decoding computes, or waits as for a disk': '合成：解码是计算，还是像等磁盘一样等待',
  'Synthetic: cost of decoding one sample, us': '合成：解码一个样本的代价，us',
  'Synthetic: its coefficient of variation': '合成：其变异系数',
  'The stand-in for the training step waits, as for a GPU, or computes': '训练步的替身是像等 GPU 一样等待，还是计算',
  'Its length, us': '其时长，us',
  'Its coefficient of variation': '其变异系数',
  'Samples in random order': '样本按随机顺序',
  'Of order and times: in one repeat the same in every arm, in the next others':
    '顺序与时间的随机种子：同一次重复中各组相同，下一次重复则不同',
}
