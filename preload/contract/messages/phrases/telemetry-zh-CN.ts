import type { Phrases } from './translate'

export const telemetryZhCN: Phrases = {
  '{1}: telemetry at {2} Hz saw too little of the launch to tell whether other processes disturbed it: it needs {3} s. A longer measurement, or a higher telemetry.hz, can tell.':
    '{1}：{2} Hz 的遥测对这次启动看得太少，无法判断是否有其他进程干扰：至少需要 {3} s。测量更久，或提高 telemetry.hz，就能判断。',
  'it does not fit {1} columns': '它与 {1} 列不符',
  'Fields without a metric: {1}': '没有对应指标的字段：{1}',
  'The line of units names another unit than DCGM has for {1}; these columns are left out.':
    '单位行中 {1} 的单位与 DCGM 的不同；这些列被略去。',
  'The header line, which names the columns, is missing or damaged.': '写明各列的表头行缺失或损坏。',
  'dcgmi printed its header and no row: it was stopped within the first interval.':
    'dcgmi 只打印了表头，没有行：它在第一个间隔内就被停止了。',
  'dcgmi could not watch the fields: another profiler may hold the counters (`dcgmi profile --pause`).':
    'dcgmi 无法监视这些字段：可能有别的剖析器占着计数器（`dcgmi profile --pause`）。',
  'no header names its columns and units': '没有写明列与单位的表头',
  '{1} cells under {2} columns': '{2} 列之下有 {1} 格',
  'The second header line gives no known unit for {1}; these columns are left out.': '第二行表头没有给出 {1} 的已知单位；这些列被略去。',
  'The two header lines, which name columns and units, are missing or damaged. Keep the whole output of dmon.':
    '写明列与单位的两行表头缺失或损坏。请保留 dmon 的全部输出。',
  'dmon printed its header and no row: it was stopped within the first interval.':
    'dmon 只打印了表头，没有行：它在第一个间隔内就被停止了。',
  'it is no row of these columns, or not in order of time': '它不是这些列的行，或时间次序不对',
  'Rates need two rows, and there are fewer: the watcher was stopped at once.': '速率需要两行，而这里不足：监视程序立刻就被停止了。',
  'The last line, which closes the file, is missing: the watcher was killed or the file was cut.':
    '缺少收尾的最后一行：监视程序被终止，或文件被截断。',
  '{1} rows show "-": the process did nothing on the GPU in that interval, or the driver does not say.':
    '{1} 行显示 "-"：该间隔内进程在 GPU 上没有活动，或驱动没有说明。',
  'The second header line gives no known unit for {1}.': '第二行表头没有给出 {1} 的已知单位。',
  'The two header lines, which name columns and units, are missing or damaged. Keep the whole output of pmon.':
    '写明列与单位的两行表头缺失或损坏。请保留 pmon 的全部输出。',
  'pmon printed its header and no row.': 'pmon 只打印了表头，没有行。',
  'The file does not end with a line end: the last cell may be cut and is left out.': '文件没有以换行结束：最后一格可能被截断，已略去。',
  'The file does not end with a line end: its last cell may be cut and is left out.':
    '文件没有以换行结束：它的最后一格可能被截断，已略去。',
  '{1} samples of one GPU carry {2} distinct time stamps: they were buffered, and their times cannot be used.':
    '一块 GPU 的 {1} 个样本只有 {2} 个不同的时间戳：它们被缓冲过，时间不可用。',
  'No column says which GPU a row is of: query `index` as well. With several GPUs the samples are mixed.':
    '没有一列说明每行属于哪块 GPU：请同时查询 `index`。有多块 GPU 时，样本会混在一起。',
  'The PCIe link runs {1}: check the slot, the riser and the BIOS.': 'PCIe 链路以 {1} 运行：请检查插槽、转接卡与 BIOS。',
  'Neither header nor values name the unit of {1}; these columns are left out.': '表头与数值都没有写明 {1} 的单位；这些列被略去。',
  'No row of the query fits its header: the rows or their numbers were changed.': '查询的各行都与表头不符：行或其中的数被改动过。',
  'The query printed its header and no row.': '查询只打印了表头，没有行。',
  'The header is missing (`--format=csv,noheader`), so no column can be told from another. Query again without `noheader`.':
    '缺少表头（`--format=csv,noheader`），无法区分各列。请去掉 `noheader` 重新查询。',
  'no header stands above it': '它上面没有表头',
  'it does not say which GPU or process it is of': '没有说明属于哪块 GPU 或哪个进程',
  'a cell is no value of its column': '有一格不是该列的值',
  'The last row breaks off; it is left out.': '最后一行中断；已略去。',
  'The last row breaks off; it is left out. Copy the whole file again.': '最后一行中断；已略去。请重新复制整个文件。',
  'A watcher left no rows.': '有一个监视程序没有留下行。',
  '{1}: nvidia-smi gave no telemetry of the GPUs: {2}': '{1}：nvidia-smi 没有给出 GPU 遥测：{2}',
  '{1}: dcgmi gave no SM activity: {2}': '{1}：dcgmi 没有给出 SM 活动：{2}',
  'it printed nothing (is nv-hostengine running?)': '它什么也没打印（nv-hostengine 在运行吗？）',
  '{1}: bpftrace traced no retransmissions: {2}': '{1}：bpftrace 没有跟踪到重传：{2}',
  'it said nothing': '它什么也没说',
  '{1}: no telemetry: {2}': '{1}：没有遥测：{2}',
  'Heat or the power supply held the clocks down: {1}.': '发热或供电压低了时钟：{1}。',
}
