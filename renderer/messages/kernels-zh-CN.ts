import type { kernels as english } from './kernels-en'

const whole = new Intl.NumberFormat('zh-CN')

/** GPU 核函数分析的界面文字。 */
export const kernels: typeof english = {
  section: '核函数',
  kernel: '核函数名称',
  launchCount: (count) => `${whole.format(count)} 次启动`,
  reached: '实测速度',
  ofRoof: '（占界限）',
  occupancy: '占用率',
  found: '计数器说明了什么',
  flopPerByte: 'FLOP/字节',
  achievedOf: (achieved, theoretical) => `实际 ${achieved}，理论 ${theoretical}`,
  heldBy: (resources) => `受限于${resources}`,
  cannotAnswer: (counters) => `无法回答：缺少计数器 ${counters}`,
  nothing: '没有发现已命名的模式',
  bounds: { memory: '受显存带宽限制', compute: '受算力上限限制' },
  resources: { blocks: '线程块槽位', warps: 'warp 槽位', registers: '寄存器', shared_memory: '共享内存' },
  patterns: {
    uncoalesced: '访存未合并',
    registers_limit: '寄存器限制了占用率',
    shared_memory_limit: '共享内存限制了占用率',
    tail_effect: '尾部效应',
    memory_bound: '显存带宽瓶颈',
    latency_bound: '延迟瓶颈',
  },
  roofline: {
    titleMemory: (kernel, share) => `${kernel} 达到显存带宽所允许速度的 ${share}`,
    titleCompute: (kernel, share) => `${kernel} 达到算力上限的 ${share}`,
    titleNone: '各核函数在屋顶线下的位置',
    subtitle: (count, gpu) => `${count} 个核函数，${gpu}；每个点是一个核函数，点越大耗时越长`,
    caption: '一个点是一个核函数：每搬运一字节显存数据做多少计算，以及速度多快。斜线是显存允许的速度，水平线是算力允许的速度。',
    unknownGpu: '未注明 GPU',
    intensityAxis: '计算强度，FLOP/字节',
    speedAxis: '速度',
    ceilings: { dram: '显存', fp16: 'FP16 单元', fp32: 'FP32 单元', fp64: 'FP64 单元', tensor: '张量核心，稠密 16 位' },
    sources: { counters: '来自计数器', device: '公开规格', measured: '实测拷贝' },
  },
}
