/** The parameters' descriptions in Chinese, by their English. */
export const flameParamsZhCN: Readonly<Record<string, string>> = {
  'Shell text that starts the program to profile; it ends with the profile': '启动待剖析程序的 shell 文本；剖析结束时它也结束',
  'Where it runs on the host; the home folder without it': '在主机上的运行目录；不填则为主目录',
  'Instead of a command: the pid of a running process of yours, or a part of its command line':
    '代替命令：您的某个运行中进程的 pid，或其命令行的一部分',
  'Longest time of the profile, seconds; a command that ends earlier ends it': '剖析的最长时间，秒；命令提前结束则剖析结束',
  'Samples a second; 99 rather than 100, so that no timer of the program keeps step': '每秒采样数；用 99 而非 100，以免与程序的定时器同步',
  'auto: py-spy, else the own sampler for Python; perf for everything else': 'auto：Python 用 py-spy，否则用自带采样器；其他程序用 perf',
  'What perf counts; auto: cycles, or cpu-clock where there are no hardware counters':
    'perf 计数的事件；auto：cycles，没有硬件计数器时为 cpu-clock',
  'How perf walks stacks; dwarf for programs built without frame pointers': 'perf 如何回溯栈；编译时没有帧指针的程序用 dwarf',
  'The first frame names the thread (py-spy, sampler)': '第一帧为线程名（py-spy、sampler）',
  'Frames of C and C++ as well (py-spy; perf has them always)': '也含 C 和 C++ 帧（py-spy；perf 始终包含）',
  'Threads that wait count as well: wall time instead of processor time (py-spy, sampler)':
    '等待的线程也计入：墙上时间而非处理器时间（py-spy、sampler）',
  'Only threads that hold the global interpreter lock (py-spy)': '只计持有全局解释器锁的线程（py-spy）',
}
