import type { Phrases } from './translate'

export const kernelZhCN: Phrases = {
  'no kernel is named above it': '它上面没有写明核函数',
  'the file ends within it': '文件在其中结束',
  'it does not keep to the columns of its table': '它与表的各列不符',
  'The output breaks off within a table.': '输出在一张表之中中断。',
  'The output breaks off within a table; the rows before were read.': '输出在一张表之中中断；之前的行已读取。',
  'The unit of counter {1} is not known: [{2}].': '计数器 {1} 的单位未知：[{2}]。',
  'its unit is not known': '其单位未知',
  'No counter has a unit that is known.': '没有一个计数器的单位是已知的。',
  'The table has a header and no row.': '表只有表头，没有行。',
  'The output breaks off after the header of its table.': '输出在表头之后中断。',
  'it does not have the cells of the header': '它没有与表头对应的各格',
  'a quote is left open': '引号没有闭合',
  'it names neither a counter nor a rule': '它既没有写计数器，也没有写规则',
  'The file ends within a row; the rows before it were read.': '文件在一行之中结束；之前的行已读取。',
  'The GPU performance counters are reserved for administrators. Run ncu as root or with CAP_SYS_ADMIN, or have the driver loaded with NVreg_RestrictProfilingToAdminUsers=0.':
    'GPU 性能计数器只限管理员使用。请以 root 或 CAP_SYS_ADMIN 运行 ncu，或以 NVreg_RestrictProfilingToAdminUsers=0 加载驱动。',
  'Another tool holds the performance counters. Pause DCGM with `dcgmi profile --pause`, end other profilers, and run again.':
    '另一个工具占着性能计数器。请用 `dcgmi profile --pause` 暂停 DCGM，结束其他剖析器，再运行一次。',
  'The GPU or the host ran out of memory while profiling. Use --replay-mode application, or profile fewer kernels or counters.':
    '剖析时 GPU 或主机内存不足。请用 --replay-mode application，或剖析更少的核函数或计数器。',
  'This GPU cannot be profiled by this ncu: it needs compute capability 7.0 or more (nvprof reads older ones).':
    '这个 ncu 不能剖析该 GPU：需要计算能力 7.0 以上（更旧的由 nvprof 读取）。',
  'The driver does not fit this version of ncu: use the ncu of the CUDA version that the driver supports.':
    '驱动与这个版本的 ncu 不匹配：请使用驱动所支持的 CUDA 版本中的 ncu。',
  'A counter that was asked for does not exist on this GPU: `ncu --query-metrics` lists those that do.':
    '所要求的某个计数器在该 GPU 上不存在：`ncu --query-metrics` 列出可用的。',
  'The profiled program itself failed: run it without ncu first and read its own output.':
    '被剖析的程序自己失败了：请先不带 ncu 运行它，并读它自己的输出。',
  'ncu profiled no kernel.': 'ncu 没有剖析到核函数。',
  'ncu warned: {1}': 'ncu 警告：{1}',
  '{1} Export the report again with LC_ALL=C.': '{1} 请用 LC_ALL=C 重新导出报告。',
  "{1} launches have more than {2} values: each kernel's counters are given as mean, least and greatest over its launches.":
    '{1} 次启动的值超过 {2} 个：每个核函数的计数器以各次启动的均值、最小与最大值给出。',
  'A second row of units differs from the first, which is used.': '第二个单位行与第一个不同，以第一个为准。',
  'it does not have {1} cells': '它没有 {1} 格',
  'there is no row of units above it': '它上面没有单位行',
  '{1} counters have a unit that is not known, and are left out: {2}.': '{1} 个计数器的单位未知，已略去：{2}。',
  'The row of units below the header is missing: no figure can be read without it.': '表头下缺少单位行：没有它，任何数值都无法读取。',
  'The file ends within a row.': '文件在一行之中结束。',
  'The rows have no units: the row of units below the header is missing.': '各行没有单位：表头下缺少单位行。',
  'There is no table behind what nvprof announced.': 'nvprof 宣布的表并不存在。',
  'The output breaks off before its first table.': '输出在第一张表之前中断。',
  'it has no name or no count': '它没有名字或没有计数',
  'The GPU performance counters are reserved for administrators. Run nvprof as root or with CAP_SYS_ADMIN, or have the driver loaded with NVreg_RestrictProfilingToAdminUsers=0.':
    'GPU 性能计数器只限管理员使用。请以 root 或 CAP_SYS_ADMIN 运行 nvprof，或以 NVreg_RestrictProfilingToAdminUsers=0 加载驱动。',
  'nvprof does not profile this GPU: use ncu (compute capability 7.0 and more) for counters and nsys for times.':
    'nvprof 不能剖析该 GPU：计数器请用 ncu（计算能力 7.0 以上），时间请用 nsys。',
  'nvprof profiled no kernel: the program launched none, or ended before its data was written (call cudaDeviceReset at its end).':
    'nvprof 没有剖析到核函数：程序没有启动核函数，或在数据写出之前就结束了（请在结尾调用 cudaDeviceReset）。',
  'The profiled program itself failed: run it without nvprof first and read its own output.':
    '被剖析的程序自己失败了：请先不带 nvprof 运行它，并读它自己的输出。',
  'nvprof reported an error.': 'nvprof 报告了错误。',
  'nvprof wrote its result to a file of its own: print it with `nvprof --import-profile FILE --csv --print-gpu-trace`.':
    'nvprof 把结果写进了自己的文件：请用 `nvprof --import-profile FILE --csv --print-gpu-trace` 打印。',
  'ncu wrote its result to a report: export it with `ncu --import FILE --csv --page raw --print-units base`.':
    'ncu 把结果写进了报告：请用 `ncu --import FILE --csv --page raw --print-units base` 导出。',
  'ncu printed no table here, only its messages: its figures are in a report or in the file of --log-file.':
    'ncu 在这里没有打印表，只有它的消息：数值在报告中，或在 --log-file 的文件中。',
  'The output ends while ncu was profiling "{1}". A kernel that waits for others hangs when it is replayed alone: leave it out with --kernel-name, or use --replay-mode application or range.':
    '输出在 ncu 剖析 "{1}" 时结束。等待其他核函数的核函数在单独重放时会挂住：请用 --kernel-name 略去它，或使用 --replay-mode application 或 range。',
  'ncu reported: {1}': 'ncu 报告：{1}',
  'ncu cannot lock the clocks of this GPU (a part of one, under MIG): use --clock-control none.':
    'ncu 无法锁定该 GPU 的时钟（它是 MIG 下的一部分）：请使用 --clock-control none。',
  'Records with invalid timestamps are left out by nvprof': 'nvprof 略去了时间戳无效的记录',
  'nvprof lost records': 'nvprof 丢失了记录',
  'Clocks may change between launches': '各次启动之间时钟可能变化',
  'nvprof warned': 'nvprof 警告',
  'a figure is not understood': '有看不懂的数值',
  'a figure is missing': '缺少数值',
  'its duration is no time': '其时长不是时间',
  '{1} rows are too many to keep one by one: figures are given as mean, least and greatest.':
    '{1} 行太多，无法逐一保留：数值以均值、最小与最大值给出。',
  "nvprof's GB/s are 2^30 bytes per second; they are given here as 10^9 bytes per second.":
    'nvprof 的 GB/s 是每秒 2^30 字节；这里以每秒 10^9 字节给出。',
  '{1} counters do not exist on this GPU: {2}.': '{1} 个计数器在该 GPU 上不存在：{2}。',
  'ncu locked the base clock while it profiled: times are longer than in production.': 'ncu 剖析时锁定了基准时钟：时间比实际生产中长。',
  'DCGM was {1}.': 'DCGM 当时为 {1}。',
  'nvprof knows no window of launches: all launches of the chosen kernels were profiled.':
    'nvprof 没有启动窗口：所选核函数的全部启动都被剖析了。',
  "This is ncu's source page: figures of single instructions, none of a launch. Export the launches with `ncu --import FILE --csv --page raw --print-units base`.":
    '这是 ncu 的 source 页：是单条指令的数值，没有启动的数值。请用 `ncu --import FILE --csv --page raw --print-units base` 导出各次启动。',
  'A counter ran over, and nvprof gives no figure: {1}.': '有一个计数器溢出，nvprof 没有给出数值：{1}。',
  'it is of an NVTX range': '它属于一个 NVTX 区间',
  'Figures of NVTX ranges are left out: they are parts of those of the whole program, which are given.':
    '略去 NVTX 区间的数值：它们是整个程序数值的一部分，后者已给出。',
  'nvprof traces every kernel; {1} of {2} launches are of kernels that were not asked for.':
    'nvprof 跟踪所有核函数；{2} 次启动中有 {1} 次不属于所要求的核函数。',
  'The rows are of {1} GPUs; a figure does not say of which.': '各行属于 {1} 块 GPU；数值没有说明是哪一块。',
  "a counter's own name, as sm__inst_executed.sum": '计数器自己的名字，例如 sm__inst_executed.sum',
  'The trace holds all kernels: "{1}" is no regular expression that can be applied to it. The counters are of those that nvprof matched.':
    '跟踪含有所有核函数：“{1}” 不是可用于它的正则表达式。计数器属于 nvprof 所匹配的那些。',
  'The profiler left no counter of {1}.': '剖析器没有留下 {1} 的计数器。',
}
