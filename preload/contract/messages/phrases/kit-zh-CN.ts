import type { Phrases } from './translate'

export const kitZhCN: Phrases = {
  'Two factors would both reach the command as {1}.': '两个因素会以同一个名字 {1} 传给命令。',
  'nvidia-smi could not speak to the driver: load it (`modprobe nvidia`) or reboot after its update.':
    'nvidia-smi 无法与驱动通信：请加载驱动（`modprobe nvidia`），或在更新后重启。',
  'The driver and its library disagree, or the GPU is not passed into the container: reboot, or start the container with GPUs.':
    '驱动与其库不一致，或 GPU 没有传入容器：请重启，或以带 GPU 的方式启动容器。',
  'The driver runs but sees no GPU: check the bus, the driver’s log, or the job’s GPU request.':
    '驱动在运行，却看不到 GPU：请检查总线、驱动日志，或作业的 GPU 申请。',
  'nvidia-smi is there and the driver’s library is not: install the driver’s package, or start the container with GPUs.':
    '有 nvidia-smi，却没有驱动的库：请安装驱动软件包，或以带 GPU 的方式启动容器。',
  'This GPU or its driver does not support what nvidia-smi was asked for (dmon and pmon need a data centre or professional GPU).':
    '该 GPU 或其驱动不支持对 nvidia-smi 的要求（dmon 与 pmon 需要数据中心或专业级 GPU）。',
  'This driver does not know a field of the query: leave it out.': '该驱动不认识查询中的某个字段：请去掉它。',
  '{1} left nothing behind.': '{1}没有留下任何东西。',
  '{1} left no exit code.': '{1}没有留下退出码。',
  '{1} was killed (signal 9), as by the kernel when memory runs out or by a scheduler.':
    '{1}被终止（信号 9），可能是内核因内存耗尽，或调度器所为。',
  '{1} could not be started.': '{1}无法启动。',
  '{1} ended with exit code {2}.': '{1}以退出码 {2} 结束。',
  'Rows not understood: "{1}" ({2})': '有看不懂的行：“{1}”（{2}）',
  'Lines of {1} say both {2} and {3}; neither is taken.': '{1} 的各行既写 {2} 又写 {3}；两者都不采用。',
  '{1} lines have no unit that is known; they are left out, see the rows quoted.': '{1} 行的单位未知；它们被略去，见所引的行。',
  'No line has a unit that is known.': '没有一行的单位是已知的。',
  'No line is a value.': '没有一行是数值。',
  'it is longer than 8192 characters': '长于 8192 个字符',
  'it is not whole JSON': '不是完整的 JSON',
  'its name is not the command’s to give: a plain name, or one that begins with "custom."':
    '其名字不归该命令使用：应为普通名字，或以 "custom." 开头',
  'its value is no number': '其值不是数',
  'its dimensions are not up to 16 names with short texts, numbers or true and false':
    '其维度不是至多 16 个名字，各配短文本、数或 true/false',
  'better is higher, lower or none': 'better 只能是 higher、lower 或 none',
  'Only the beginning was kept: {1}.': '只保留了开头：{1}。',
  'The plan names metrics that no line has: {1}.': '计划中写的这些指标没有任何一行提到：{1}。',
  '{1} has another unit on another host; it is left out.': '{1} 在另一台主机上的单位不同；它被略去。',
  'The command ended well and printed no value (JSON line with metric, value, unit).':
    '命令正常结束，但没有打印任何数值（含 metric、value、unit 的 JSON 行）。',
  'it is not whole': '它不完整',
  'a field is missing or out of range': '缺少字段，或超出范围',
  '{1} steps are few for a queue of {2}: what it held at the start still shows.':
    '{1} 步对容量为 {2} 的队列来说太少：开始时队列中的内容仍有影响。',
  'Not measured: {1}': '未测量：{1}',
  'Loading failed: {1}': '加载失败：{1}',
  'The sweep did not reach its end.': '扫描没有进行到底。',
  'No setting was measured.': '没有一种设置被测量。',
  'at most 64 settings': '最多 64 种设置',
  'The sweep left no result.': '扫描没有留下结果。',
  'longer than any stack': '比任何堆栈都长',
  'no frames with a count behind them': '后面没有带计数的帧',
  'No line is a folded stack: frames with ";" between them and a count.': '没有一行是折叠堆栈：以 ";" 分隔的帧加上计数。',
  'the text ends in it': '文本在其中结束',
  'The file breaks off in its last line: a count may have lost digits.': '文件在最后一行中断：计数可能少了几位。',
  'The file breaks off in its last line.': '文件在最后一行中断。',
  'The profile has more functions than are counted by name: {1} samples are in none.':
    '剖析结果中的函数多于可按名计数的数目：有 {1} 个样本不在任何一个之中。',
  'name a command to start, or a process to attach to': '请写出要启动的命令，或要附加的进程',
  'the own sampler cannot attach: it starts the command itself': '自带的采样器不能附加：它自己启动命令',
  'The profile has {1} samples: a share of one half is uncertain by {2}.': '剖析结果有 {1} 个样本：一半的占比有 {2} 的不确定度。',
  'The kernel lost {1} samples ({2}): lower rate_hz, or profile when the host is less busy.':
    '内核丢失了 {1} 个样本（{2}）：请降低 rate_hz，或在主机较空闲时剖析。',
  'py-spy fell {1}: lower rate_hz.': 'py-spy 落后 {1}：请降低 rate_hz。',
  '{1} of the looks came late, because the script held the interpreter lock: the time is laid to the Python function that was seen next.':
    '{1} 的采样来得晚，因为脚本占着解释器锁：这段时间记到随后看到的 Python 函数上。',
  "The sampler took {1} of the script's processor time: lower rate_hz.": '采样器用掉了脚本处理器时间的 {1}：请降低 rate_hz。',
  'The folded stacks are too large to be read: lower rate_hz or seconds, or call_graph fp.':
    '折叠堆栈太大，无法读取：请减小 rate_hz 或 seconds，或用 call_graph fp。',
  'The profiler saw no stack of the program.': '剖析器没有看到程序的任何堆栈。',
  'The profiler saw the program use no processor time: it waited, or ended before the first sample. To see where it waits, set params.idle (py-spy, sampler).':
    '剖析器没有看到程序使用处理器时间：它在等待，或在第一次采样前就结束了。要看它在哪里等待，请设置 params.idle（py-spy、sampler）。',
  'The arrays are smaller than 4 times the last-level caches: part of the figure is the cache’s, not the memory’s.':
    '数组小于末级缓存的 4 倍：数值有一部分属于缓存，而不是内存。',
  'The size of the caches is not known: part of the figure may be theirs.': '缓存大小未知：数值可能有一部分属于缓存。',
  'The benchmark did not reach its end.': '基准测试没有进行到底。',
  'The benchmark measured nothing.': '基准测试没有测到任何东西。',
  'A host left no result.': '有一台主机没有留下结果。',
  'the test has a figure twice': '该测试有一个数值出现两次',
  'the message size of this test is missing': '缺少该测试的消息大小',
  'qperf reported: {1}': 'qperf 报告：{1}',
  'No figure of this test could be read.': '该测试没有能读取的数值。',
  'a metric as the command prints it, or with its prefix': '命令所打印的指标名，或加上其前缀',
  'the command is empty': '命令为空',
  'the command holds a NUL': '命令含有 NUL',
  'one line': '须为一行',
  'A GPU has fallen off the bus: {1}': '有一块 GPU 掉出了总线：{1}',
  'This is what `perf script` prints, sample by sample: fold it with `stackcollapse-perf.pl` (FlameGraph) or `inferno-collapse-perf` first.':
    '这是 `perf script` 逐个样本的输出：请先用 `stackcollapse-perf.pl`（FlameGraph）或 `inferno-collapse-perf` 折叠。',
  'This is a profile for speedscope: record it as folded stacks (`py-spy record -f raw`), which are read.':
    '这是给 speedscope 的剖析结果：请记录为可读取的折叠堆栈（`py-spy record -f raw`）。',
  'This is a picture of a flame graph: give the folded stacks that it was drawn from (`py-spy record -f raw`, or the input of flamegraph.pl).':
    '这是火焰图的图片：请给出画它所用的折叠堆栈（`py-spy record -f raw`，或 flamegraph.pl 的输入）。',
  'STREAM says that its result is wrong: its times mean nothing and no bandwidth is given.':
    'STREAM 说其结果有误：其时间没有意义，不给出带宽。',
  'The text does not hold what STREAM says of its result: whether it was right is not known.':
    '文本中没有 STREAM 对其结果的说明：不知道结果是否正确。',
  'This is what {1} prints, which is not read: the probe `memory-bandwidth` measures the memory of the host and of GPUs and the copies between them.':
    '这是 {1} 打印的内容，不能读取：探针 `memory-bandwidth` 测量主机与 GPU 的内存以及它们之间的复制。',
}
