/** The parameters' descriptions in Chinese, by their English. */
export const timelineParamsZhCN: Readonly<Record<string, string>> = {
  'What to profile: shell text for nsys, a Python script and its arguments for torch':
    '要剖析什么：nsys 为 shell 文本，torch 为 Python 脚本及其参数',
  'Where it runs on the host; the home folder without it': '在主机上的运行目录；不填则为主目录',
  'auto: nsys where every host has it and GPUs, else the PyTorch profiler':
    'auto：每台主机都有 nsys 和 GPU 时用 nsys，否则用 PyTorch profiler',
  'all: the whole command; steps (torch): counted optimizer steps; window (nsys): seconds; range (nsys): cudaProfilerApi':
    'all：整个命令；steps（torch）：按优化器步计；window（nsys）：按秒；range（nsys）：cudaProfilerApi',
  'Optimizer steps before the profiler starts (torch)': 'profiler 启动之前的优化器步数（torch）',
  'Steps that are profiled and thrown away (torch)': '剖析但丢弃的步数（torch）',
  'Steps that are recorded (torch)': '记录的步数（torch）',
  'End the script once the steps are recorded (torch)': '记录完成后即结束脚本（torch）',
  'Seconds before a window opens (nsys)': '窗口打开之前的秒数（nsys）',
  'Length of a window, seconds; the command ends with it (nsys)': '窗口长度，秒；命令随之结束（nsys）',
  'Ranks of the command on each host, as torchrun would start them': '每台主机上命令的 rank 数，如同 torchrun 启动',
  'A larger trace is added up on the host, MiB (2^20 bytes)': '更大的 trace 在主机上汇总，MiB（2^20 字节）',
  'Bring a large trace home as well, compressed': '大的 trace 也压缩后取回',
  'Kernels, ranges and calls that become figures: the longest of each kind': '成为数值的核函数、范围和调用：每类中最长的若干',
  'How long the command takes, seconds': '命令需要多久，秒',
}
