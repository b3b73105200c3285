/** The parameters' descriptions in Chinese, by their English. */
export const kernelParamsZhCN: Readonly<Record<string, string>> = {
  'Shell text that starts the program to profile': '启动待剖析程序的 shell 文本',
  'Where it runs on the host; the home folder without it': '在主机上的运行目录；不填则为主目录',
  'auto: ncu from compute capability 7.0 on, nvprof below': 'auto：计算能力 7.0 及以上用 ncu，以下用 nvprof',
  'Only kernels whose name matches this regular expression': '只剖析名称匹配此正则表达式的核函数',
  'Matching launches that are let pass first (ncu)': '先放过的匹配启动次数（ncu）',
  'Launches that are profiled (ncu)': '剖析的启动次数（ncu）',
  'Further counters, beside those of roofline, occupancy and patterns': '除 roofline、占用率和模式所需之外的其他计数器',
  'ncu: base locks the base clock, none leaves clocks as they are': 'ncu：base 锁定基准频率，none 不改变频率',
  'Ranks of the command; one of them is profiled': '命令的 rank 数；其中一个被剖析',
  'Which rank': '哪个 rank',
  'Pause the profiling of DCGM while ncu runs: the monitoring of all users has a gap':
    'ncu 运行期间暂停 DCGM 的剖析：所有用户的监控会出现空白',
  'Bring the report of ncu home as well': '同时取回 ncu 的报告文件',
  'How long the profiled command takes, seconds': '被剖析的命令需要多久，秒',
}
