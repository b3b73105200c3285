import type { Phrases } from './translate'

export const timelineZhCN: Phrases = {
  'A report is empty: {1}. nsys wrote "{2}"': '有一份报告为空：{1}。nsys 写道：“{2}”',
  '{1} It wrote: {2}': '{1} 它写道：{2}',
  'Only the {1} longest of the {2} names are listed; {3} instances have other names.':
    '{2} 个名字中只列出最长的 {1} 个；{3} 个实例有别的名字。',
  'There are more than {1} device numbers; the first are listed.': '设备号多于 {1} 个；列出了前面的。',
  'CUDA graphs were traced whole: their kernels are not listed. Trace with `--cuda-graph-trace=node`.':
    'CUDA 图是整体跟踪的：其中的核函数没有列出。请用 `--cuda-graph-trace=node` 跟踪。',
  'The profile holds no CUDA kernel: the program ran none while nsys recorded, or nsys ran without `--trace=cuda`.':
    '剖析结果没有 CUDA 核函数：nsys 记录期间程序没有运行核函数，或 nsys 运行时没有 `--trace=cuda`。',
  'There are no NVTX ranges: the program marks none, or nsys ran without `--trace=nvtx`.':
    '没有 NVTX 区间：程序没有标记，或 nsys 运行时没有 `--trace=nvtx`。',
  'The table {1} of the database is damaged or breaks off; the rest was read.': '数据库的表 {1} 已损坏或中断；其余已读取。',
  'The table {1} could not be read: {2}.': '无法读取表 {1}：{2}。',
  'unknown error': '未知错误',
  '{1} of {2} rows of {3} have no usable start and end.': '{3} 的 {2} 行中有 {1} 行没有可用的起止时间。',
  'The file is a cut of a longer recording: {1} ns.': '该文件是从更长的记录中截取的：{1} ns。',
  'nsys reported {1} warnings or errors while it recorded: {2}': 'nsys 记录期间报告了 {1} 个警告或错误：{2}',
  '{1} is not a number': '{1} 不是数',
  '{1} can be read two ways': '{1} 有两种读法',
  'no total': '没有合计',
  'The column {1} names no unit, nor does the title of its table.': '列 {1} 没有写明单位，其表的标题也没有。',
  'its name is none of this report': '其名字不属于该报告',
  'The separators of a number may group digits or begin its decimals.': '一个数的分隔符既可能是千位分隔，也可能是小数点。',
  'nsys cut long names: "{1}". Rows of one name are kept apart.': 'nsys 截短了长名字：“{1}”。同名的行分开保留。',
  'it does not fit the columns': '它与各列不符',
  'A report is not read here: {1}': '有一份这里不读取的报告：{1}',
  'a report that is not read here': '这里不读取的报告',
  'The output breaks off in step {1} of {2}.': '输出在 {2} 步中的第 {1} 步中断。',
  'nsys recorded no CUDA kernel; the warning says what to do.': 'nsys 没有记录到 CUDA 核函数；警告说明了该怎么做。',
  'There is no row of a report that is read here.': '没有这里能读取的报告行。',
  'The last row is cut.': '最后一行被截断。',
  'Rows are not in order of their starts: busy and idle time are left out.': '各行没有按起始时间排序：略去忙碌与空闲时间。',
  'The trace has no row that could be read.': '跟踪中没有能读取的行。',
  'the line is too long': '行太长',
  'the same event stands twice': '同一事件出现两次',
  'The column {1} of the trace names no unit.': '跟踪的列 {1} 没有写明单位。',
  'nsys knows all, window and range; torch knows all and steps': 'nsys 支持 all、window 与 range；torch 支持 all 与 steps',
  'The event trace on {1} has {2} bytes, more than trace_limit_mib, and there is no Python with sqlite3 to add it up: busy, idle and overlapping times are missing.':
    '{1} 上的事件跟踪有 {2} 字节，超过 trace_limit_mib，而那里没有带 sqlite3 的 Python 来汇总：缺少忙碌、空闲与重叠时间。',
  'The profiler left nothing that could be read.': '剖析器没有留下能读取的东西。',
  '{1} figures of shorter kernels, ranges and calls are not listed (params.top is {2}); the files of the run have them.':
    '较短的核函数、区间与调用的 {1} 个数值没有列出（params.top 为 {2}）；运行的文件中有。',
  'The summary breaks off: figures may be missing.': '摘要中断：可能缺少数值。',
  "The ranks' clocks cannot be aligned: their collectives do not end together. They are paired by their order alone, and no skew is given.":
    '各 rank 的时钟无法对齐：它们的集合操作不同时结束。仅按次序配对，不给出偏差。',
  "The ranks' clocks differ by a constant, which was taken off (fact clock_offsets_us).":
    '各 rank 的时钟相差一个常数，已扣除（事实 clock_offsets_us）。',
  "{1} collectives have no counterpart in another rank's trace and are left out.": '{1} 个集合操作在另一个 rank 的跟踪中没有对应，已略去。',
  'no row of this table': '不是该表的行',
  'no name': '没有名字',
  'Long names are cut by the profiler (they end in "...").': '剖析器截短了长名字（以 "..." 结尾）。',
  'a total without its unit': '合计没有单位',
  'Columns that are not known were left out: {1}': '略去了未知的列：{1}',
  'The table breaks off: neither its last line nor the totals are there.': '表中断了：既没有最后一行，也没有合计。',
  'The trace has more kernel names than are told apart; the rest is added up as "(other names)".':
    '跟踪中的核函数名多于可区分的数目；其余合计为 "(other names)"。',
  'The trace has more kernels than are kept apart: gaps between them, {1} us in all, are counted as busy.':
    '跟踪中的核函数多于可分开保留的数目：它们之间的间隔共 {1} us，计为忙碌。',
  'This is a chrome trace, but not one of the PyTorch profiler: none of its categories and members is.':
    '这是 chrome 跟踪，但不是 PyTorch 剖析器的：没有它的任何类别与成员。',
  'The trace is damaged{1}.{2}': '跟踪已损坏{1}。{2}',
  'The trace breaks off after {1} events. {2}': '跟踪在 {1} 个事件之后中断。{2}',
  'The trace has no kernels (no GPU events): it was recorded without a GPU, or without ProfilerActivity.CUDA.':
    '跟踪没有核函数（没有 GPU 事件）：记录时没有 GPU，或没有 ProfilerActivity.CUDA。',
  'the program marks no ranges, or nsys ran without `--trace=nvtx`': '程序没有标记区间，或 nsys 运行时没有 `--trace=nvtx`',
  'no CUDA kernel was recorded: the program ran none, nsys ran without `--trace=cuda`, or the driver does not let it trace them':
    '没有记录到 CUDA 核函数：程序没有运行核函数，nsys 运行时没有 `--trace=cuda`，或驱动不允许跟踪',
  'no copy or fill was recorded': '没有记录到复制或填充',
  'nsys ran without `--trace=cuda`, or the program did not use CUDA': 'nsys 运行时没有 `--trace=cuda`，或程序没有使用 CUDA',
  'nsys ran without `--trace=osrt`': 'nsys 运行时没有 `--trace=osrt`',
  'GPU counters are locked: leave `--gpu-metrics-device` out, or let an administrator unlock them.':
    'GPU 计数器被锁定：请去掉 `--gpu-metrics-device`，或请管理员解锁。',
  'The program ran out of GPU memory.': '程序的 GPU 内存不足。',
  'The program under nsys failed.': 'nsys 之下的程序失败了。',
  'nsys reported an error.': 'nsys 报告了错误。',
}
