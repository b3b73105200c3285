/** The parameters' descriptions in Chinese, by their English. */
export const zeroParamsZhCN: Readonly<Record<string, string>> = {
  '0 data parallel; 1 shards optimizer states; 2 gradients too; 3 parameters too':
    '0 数据并行；1 切分优化器状态；2 还切分梯度；3 还切分参数',
  'auto: nccl where every host has GPUs, else gloo on the CPU': 'auto：每台主机都有 GPU 时用 nccl，否则在 CPU 上用 gloo',
  'Model: 1.06 M, 17.0 M, 125 M, 1.3 B or 12.9 B parameters': '模型：1.06 M、17.0 M、125 M、1.3 B 或 12.9 B 参数',
  "Transformer blocks; default: the preset's": 'Transformer 块数；默认取预设值',
  "Width; default: the preset's": '宽度；默认取预设值',
  "Attention heads; default: the preset's": '注意力头数；默认取预设值',
  "Tokens of a sequence; default: the preset's": '一个序列的 token 数；默认取预设值',
  "Different tokens; default: the preset's": '不同 token 的数目；默认取预设值',
  'Measured steps': '测量的步数',
  'Steps before them; the first also counts the memory': '测量之前的步数；第一步还用于统计内存',
  'Sequences of one rank in one micro step': '一个 rank 在一个微步中的序列数',
  'Micro steps of one step': '一步中的微步数',
  'Of parameters and gradients; auto: bfloat16 on GPUs, float32 on the CPU. float16 needs GPUs':
    '参数和梯度的类型；auto：GPU 上 bfloat16，CPU 上 float32。float16 需要 GPU',
  "own: this probe's stages; deepspeed: its engine, where installed, on GPUs":
    'own：本探针自己的阶段实现；deepspeed：其引擎（已安装且在 GPU 上）',
  'Default: the GPUs of a host, or 1 with gloo': '默认：主机的 GPU 数；gloo 时为 1',
  'Cores that a rank computes on, without GPUs': '没有 GPU 时一个 rank 用于计算的核数',
  'Of the model and the data': '模型与数据的随机种子',
}
