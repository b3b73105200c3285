const whole = new Intl.NumberFormat('en')

/** Texts of the analysis of GPU kernels. */
export const kernels = {
  section: 'Kernels',
  kernel: 'Kernel',
  launchCount: (count: number) => `${whole.format(count)} ${count === 1 ? 'launch' : 'launches'}`,
  reached: 'Reached',
  ofRoof: 'of the roof',
  occupancy: 'Occupancy',
  found: 'What the counters say',
  flopPerByte: 'FLOP/byte',
  achievedOf: (achieved: string, theoretical: string) => `${achieved} of ${theoretical}`,
  heldBy: (resources: string) => `held by ${resources}`,
  cannotAnswer: (counters: string) => `cannot answer: counter ${counters} is missing`,
  nothing: 'none of the named patterns',
  bounds: { memory: 'under the memory wall', compute: 'under the compute roof' },
  resources: { blocks: 'block slots', warps: 'warp slots', registers: 'registers', shared_memory: 'shared memory' },
  patterns: {
    uncoalesced: 'uncoalesced loads',
    registers_limit: 'registers limit occupancy',
    shared_memory_limit: 'shared memory limits occupancy',
    tail_effect: 'tail effect',
    memory_bound: 'memory bound',
    latency_bound: 'latency bound',
  },
  roofline: {
    titleMemory: (kernel: string, share: string) => `${kernel} reaches ${share} of what memory allows`,
    titleCompute: (kernel: string, share: string) => `${kernel} reaches ${share} of the compute roof`,
    titleNone: 'Where the kernels lie under the roofline',
    subtitle: (kernels: string, gpu: string) => `${kernels} kernels, ${gpu}; each point is one kernel, larger ones took longer`,
    caption:
      'A point is a kernel: what it computes per byte of device memory, and how fast. The slope is what memory allows, the flat lines what arithmetic does.',
    unknownGpu: 'GPU not named',
    intensityAxis: 'Arithmetic intensity, FLOP/byte',
    speedAxis: 'Speed',
    ceilings: { dram: 'device memory', fp16: 'FP16', fp32: 'FP32', fp64: 'FP64', tensor: 'tensor cores, dense 16 bit' },
    sources: { counters: 'from counters', device: 'published rate', measured: 'measured copy' },
  },
}
