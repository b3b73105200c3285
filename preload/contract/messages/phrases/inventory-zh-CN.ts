import type { Phrases } from './translate'

export const inventoryZhCN: Phrases = {
  'its value is no count': '其值不是计数',
  'Only the first {1} lines of counters are read.': '只读取前 {1} 行计数器。',
  'Counters of errors and drops that are not 0: {1}.': '不为 0 的错误与丢弃计数器：{1}。',
  'the text ends within it': '文本在其中结束',
  'The list breaks off within a line.': '列表在一行之中中断。',
  'No link on {1}: check cable and switch.': '{1} 没有链路：请检查线缆与交换机。',
  'ethtool gives no speed for {1}: its driver does not say, or it needs root.': 'ethtool 没有给出 {1} 的速率：驱动没有说，或需要 root。',
  'Half duplex on {1}: auto-negotiation has failed on one side.': '{1} 为半双工：有一侧自动协商失败。',
  'Links slower than their card can: {1}. Cable, switch port or settings hold them.':
    '比网卡能力慢的链路：{1}。受线缆、交换机端口或设置所限。',
  'The output breaks off.': '输出中断了。',
  '{1} has more ports than the output lists.': '{1} 的端口多于输出所列。',
  'The output breaks off within a line.': '输出在一行之中中断。',
  'ibv_devinfo found no HCA: load its driver, or the container does not see it.':
    'ibv_devinfo 没有找到 HCA：请加载其驱动，或容器看不到它。',
  'There is no interface {1} on this host.': '该主机上没有接口 {1}。',
  'ibstat found no HCA: load its driver, or the container does not see it.': 'ibstat 没有找到 HCA：请加载其驱动，或容器看不到它。',
  'The last port has no rate.': '最后一个端口没有速率。',
  'The output breaks off before the rate of its last port.': '输出在最后一个端口的速率之前中断。',
  'Ports that are down: {1}. Check cable and switch; their printed rate means nothing.':
    '处于关闭状态的端口：{1}。请检查线缆与交换机；其打印的速率没有意义。',
  'Ports that wait for a subnet manager: {1}. Start one (opensm) or ask the fabric’s.':
    '正在等待子网管理器的端口：{1}。请启动一个（opensm），或找该网络的管理者。',
  'Ports with fewer than 4 lanes: {1}. Split cables have 2; else check cable and switch port.':
    '少于 4 个通道的端口：{1}。分支线缆为 2 个；否则请检查线缆与交换机端口。',
  'Ports slower than others of their model, or at the lowest rate: {1}. Check cable and switch port.':
    '比同型号其他端口慢，或处于最低速率的端口：{1}。请检查线缆与交换机端口。',
  'PCIe link below its width: {1}. Check the slot, the riser and the BIOS.': 'PCIe 链路低于应有宽度：{1}。请检查插槽、转接卡与 BIOS。',
  'The output says that {1} GPUs are attached and lists {2}: it was asked for some, or was cut.':
    '输出说接有 {1} 块 GPU，却列出 {2} 块：可能只查询了一部分，或被截断。',
  'Heat or the power supply holds the clocks down on GPU {1}: see clock_reasons.': 'GPU {1} 的时钟被发热或供电压低：见 clock_reasons。',
  'A GPU in MIG mode has no utilization of its own; its instances’ are read with dcgmi.':
    'MIG 模式下的 GPU 没有自己的利用率；其各实例的利用率用 dcgmi 读取。',
  'the line of its readings does not follow': '后面没有它的读数行',
  'The table lists no GPU.': '表中没有列出 GPU。',
  'Sections whose lines are not their own are left out: {1}.': '有的小节里的行并非其自身，已略去：{1}。',
  'The log lists no GPU.': '日志中没有列出 GPU。',
  'The log breaks off within its last GPU.': '日志在最后一块 GPU 之中中断。',
  'The log breaks off within its last GPU; what was complete is read.': '日志在最后一块 GPU 之中中断；完整的部分已读取。',
  '{1} GPUs are left out: their elements do not close as they opened.': '略去 {1} 块 GPU：其元素的开合不一致。',
  'The XML breaks off before its end.': 'XML 在结尾之前中断。',
  'The XML breaks off before its end; what was complete is read.': 'XML 在结尾之前中断；完整的部分已读取。',
  'The XML lists no GPU.': 'XML 中没有列出 GPU。',
  'Only the first {1} documents of the file are read.': '只读取文件中的前 {1} 份文档。',
  'its device is in no column': '其设备不在任何一列',
  'it does not fit {1} devices': '它与 {1} 个设备不符',
  '{1} has two rows that differ; the first counts.': '{1} 有两行且不同；以第一行为准。',
  "This is the output of AMD's rocm-smi or amd-smi, which is not read. What is read of AMD GPUs: rccl-tests, and RCCL's log (NCCL_DEBUG=INFO), which shows the topology as well.":
    '这是 AMD 的 rocm-smi 或 amd-smi 的输出，不读取。对 AMD GPU 可读取的有：rccl-tests，以及 RCCL 的日志（NCCL_DEBUG=INFO），其中也有拓扑。',
  'The matrix lists no NIC columns: the host may still have NICs.': '矩阵没有列出 NIC 列：主机仍可能有 NIC。',
  'Rows of the matrix are missing.': '矩阵缺少行。',
  'Rows of the matrix are missing; the pairs that are there are read.': '矩阵缺少行；现有的设备对已读取。',
  'nvidia-smi is there but lists no GPU: {1}': '有 nvidia-smi，却没有列出 GPU：{1}',
  '{1}: {2} says {3} Mb/s, a constant of that driver and no line rate; the rate is left open.':
    '{1}：{2} 报告 {3} Mb/s，那是该驱动的常数，不是线速；速率留空。',
  'The host did not answer with an inventory.': '主机没有以清单应答。',
  'The inventory breaks off before its end; what came is kept.': '清单在结尾之前中断；已到的部分保留。',
  'The inventory was longer than is read; the rest is left out.': '清单长于读取上限；其余略去。',
  'GPU {1} does not answer ({2}): {3}': 'GPU {1} 没有应答（{2}）：{3}',
  'nvidia-smi names the GPUs and has no reading of them; those of an integrated GPU are read with tegrastats.':
    'nvidia-smi 列出了这些 GPU，但没有任何读数；集成 GPU 的读数要用 tegrastats 读取。',
  'GPU {1} answers with errors (ERR!): {2}': 'GPU {1} 以错误应答（ERR!）：{2}',
}
