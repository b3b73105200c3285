import { describe, expect, it } from 'vitest'
import { canRunIn, type Inventory } from '../../preload/contract'
import { emptyInventory } from '../_kit/empty-inventory'
import type { RunOutput } from '../_kit/probe'
import { chooseTool, supports } from './choice'
import { kernelJobs } from './jobs'
import { kernelParams, type KernelParams } from './params'
import { kernelPreflight } from './preflight'
import { readKernel } from './read'

const preflight = (...args: Parameters<typeof kernelPreflight>) => canRunIn(kernelPreflight(...args), 'en')

const params = (more: Record<string, unknown> = {}): KernelParams => kernelParams.parse({ command: './train', ...more })
const tool = { path: '/usr/local/cuda/bin/x', version: '1' }

const host = (capability: string | null, tools: string[], more: Partial<Inventory> = {}): Inventory => ({
  ...emptyInventory,
  gpus: [
    {
      index: 0,
      name: 'GPU',
      uuid: null,
      memoryMiB: null,
      driver: null,
      computeCapability: capability,
      smClockMHz: null,
      pcieGen: null,
      pcieWidth: null,
    },
  ],
  tools: Object.fromEntries(tools.map((name) => [name, tool])),
  uid: 1000,
  ...more,
})

describe('the profiler of a GPU', () => {
  it.each([
    ['3.5', ['ncu', 'nvprof'], 'nvprof'],
    ['6.1', ['ncu'], 'nvprof'],
    ['7.0', ['ncu', 'nvprof'], 'ncu'],
    ['7.5', ['nvprof'], 'nvprof'],
    ['8.0', ['nvprof'], 'ncu'],
    ['9.0', ['ncu'], 'ncu'],
    ['10.0', ['nvprof'], 'ncu'],
    [null, ['nvprof'], 'ncu'],
  ])('of compute capability %s with %j is %s', (capability, tools, expected) => {
    expect(chooseTool(params(), host(capability, tools))).toBe(expected)
  })

  it('ncu begins at 7.0, nvprof ends below 8.0', () => {
    expect([6.9, 7, 7.5, 8].map((capability) => [supports('ncu', capability), supports('nvprof', capability)])).toEqual([
      [false, true],
      [true, true],
      [true, true],
      [true, false],
    ])
  })
})

describe('the preflight', () => {
  const whyOf = (inventory: Inventory, given: KernelParams | null = null): string => preflight(inventory, given).why.join(' ')

  it('runs where the tool is and the counters are open', () => {
    expect(preflight(host('8.0', ['ncu'], { gpuCountersAdminOnly: false }), null)).toEqual({
      probe: 'kernel',
      canRun: true,
      via: 'ncu',
      why: [],
      fix: [],
    })
    expect(whyOf(host('8.0', ['ncu'], { gpuCountersAdminOnly: true, uid: 0 }))).toBe('')
  })

  it('says what is missing before anything runs, and how to mend it', () => {
    expect(whyOf(emptyInventory)).toContain('no GPU')
    expect(whyOf(host('8.0', []))).toContain('ncu is not installed')
    expect(whyOf(host('8.0', ['nvprof']), params({ tool: 'nvprof' }))).toContain('only below compute capability 8.0, and this GPU has 8.0')
    expect(whyOf(host('6.0', ['ncu']), params({ tool: 'ncu' }))).toContain('7.0 or more, and this GPU has 6.0')
    const locked = preflight(host('8.0', ['ncu'], { gpuCountersAdminOnly: true }), null)
    expect(locked.why.join()).toContain('reserved for administrators')
    expect(locked.fix.join('\n')).toContain('NVreg_RestrictProfilingToAdminUsers=0')
    expect(whyOf(host('8.0', ['ncu']), params({ profiled_rank: 2, ranks_per_host: 2 }))).toContain('there are 2')
  })
})

describe('its job', () => {
  it('asks for a window of launches of one rank, with the clocks stated, and shows no secret', () => {
    const given = params({
      command: 'HF_TOKEN=hf_0123456789abcdef ./train',
      kernel_filter: 'gemm|flash',
      ranks_per_host: 8,
      launch_count: 4,
    })
    const [job] = kernelJobs({
      params: given,
      arm: { dtype: 'bf16' },
      fabric: null,
      hosts: [{ name: 'a', python: null, inventory: host('8.0', ['ncu']) }],
    })
    expect(job?.script).toBe('kernel/ncu.sh')
    expect(job?.env).toMatchObject({
      HR_ARM_DTYPE: 'bf16',
      HR_RANKS: '8',
      HR_PROFILED_RANK: '0',
      HR_SKIP: '20',
      HR_COUNT: '4',
      HR_CLOCKS: 'base',
    })
    expect(String(job?.env['HR_METRICS']).split(',')).toContain('smsp__sass_thread_inst_executed_op_ffma_pred_on.sum')
    expect(job?.display).toContain("-k regex:'gemm|flash' --launch-skip 20 --launch-count 4 --clock-control base")
    expect(job?.display).toContain('# rank 0 of 8')
    expect(job?.display).not.toContain('hf_0123456789abcdef')
  })

  it('refuses counters that would be words of a shell', () => {
    expect(kernelParams.safeParse({ command: 'x', counters: ['a;rm -rf ~'] }).success).toBe(false)
  })
})

const output = (
  files: Record<string, string>,
  facts: Record<string, string>,
  exitCode = 0,
  given: Record<string, unknown> = {},
): RunOutput<KernelParams> => ({
  params: params(given),
  arm: {},
  fabric: null,
  roles: [
    {
      role: 'profiler',
      host: 'a',
      exitCode,
      files: new Map(Object.entries(files).map(([name, text]) => [name, new TextEncoder().encode(text)])),
      facts,
    },
  ],
})

const rawPage = [
  '"ID","Process ID","Process Name","Host Name","Kernel Name","Context","Stream","Device","CC","gpu__time_duration.sum"',
  '"","","","","","","","","","ns"',
  '"0","77","train","127.0.0.1","gemm","1","7","0","8.0","12500"',
  '',
].join('\n')

describe('a launch', () => {
  it('gives the counters, and says which of them this chip does not have', () => {
    const reading = readKernel(
      output(
        { 'ncu.csv': rawPage, stdout: '' },
        { tool_version: '2024.1.1.0', clock_control: 'base', counters_missing: 'a__b.sum c__d.sum' },
      ),
    )
    expect(reading).toMatchObject({
      problem: null,
      tool: { name: 'ncu', version: '2024.1.1.0' },
      facts: { clock_control: 'base', counters_missing: ['a__b.sum', 'c__d.sum'] },
    })
    expect(reading.measurements.find(({ metric }) => metric === 'kernel.duration')).toMatchObject({ value: 12.5, unit: 'us' })
    expect(reading.warnings.map(({ code }) => code).sort()).toEqual(['clocks_locked', 'counters_missing'])
  })

  it('without the permission is not permitted, whatever the program printed around it', () => {
    const stdout =
      'epoch 1: out of memory is not what happened\n==PROF== Connected to process 77 (/usr/bin/train)\n==ERROR== ERR_NVGPUCTRPERM - The user does not have permission to access NVIDIA GPU Performance Counters on the target device 0.\n'
    expect(readKernel(output({ stdout }, {}, 1)).problem).toMatchObject({
      code: 'remote.not_permitted',
      evidence: expect.stringContaining('ERR_NVGPUCTRPERM'),
    })
  })

  it('that DCGM disturbs says so, with the command that helps', () => {
    const stdout = '==PROF== Connected to process 7 (/x)\n==ERROR== Profiling failed because a driver resource was unavailable.\n'
    expect(readKernel(output({ stdout }, {}, 1)).problem).toMatchObject({
      code: 'remote.tool_failed',
      message: expect.stringContaining('dcgmi profile --pause'),
    })
  })

  it('of nvprof says that its window did not count', () => {
    const trace =
      '==9== NVPROF is profiling process 9, command: ./train\n==9== Profiling application: ./train\n==9== Profiling result:\n"Start","Duration","Name"\nms,us,\n1.5,20.25,"gemm"\n'
    const reading = readKernel(output({ 'nvprof-trace.csv': trace, stdout: '' }, { clock_control: 'none' }))
    expect(reading).toMatchObject({ problem: null, tool: { name: 'nvprof' } })
    expect(reading.warnings.map(({ code }) => code)).toContain('window_ignored')
  })

  describe('of nvprof with a filter', () => {
    const trace = [
      '==9== NVPROF is profiling process 9, command: ./train',
      '==9== Profiling application: ./train',
      '==9== Profiling result:',
      '"Start","Duration","Device","Name"',
      'ms,us,,',
      '1.5,20.25,"Lab K80 (0)","gemm_nn(float*) [12]"',
      '1.6,3.5,"Lab K80 (0)","fill(float*, int) [13]"',
      '1.7,1.25,"Lab K80 (0)","[CUDA memcpy HtoD]"',
      '1.8,22.75,"Lab K80 (0)","gemm_nt(float*) [14]"',
      '',
    ].join('\n')
    const read = (filter: string) => readKernel(output({ 'nvprof-trace.csv': trace, stdout: '' }, {}, 0, { kernel_filter: filter }))
    const kernels = (filter: string) =>
      read(filter).measurements.flatMap(({ metric, value, dimensions }) =>
        metric === 'kernel.duration' ? [[dimensions['kernel'], dimensions['launch'], value]] : [],
      )

    it('gives the launches of these kernels alone, and says how many it left out', () => {
      expect(kernels('gemm')).toEqual([
        ['gemm_nn(float*)', 0, 20.25],
        ['gemm_nt(float*)', 1, 22.75],
      ])
      const { warnings, facts, measurements } = read('gemm')
      expect(facts).toMatchObject({ launches: 2, distinct_kernels: 2, launches_left_out: 1 })
      expect(warnings.find(({ code }) => code === 'kernels_left_out')?.message).toContain('1 of 3 launches')
      expect(measurements.some(({ metric }) => metric === 'kernel.copy_duration')).toBe(true)
    })

    it('keeps all without one, and where only nvprof could read it says so', () => {
      expect(kernels('')).toHaveLength(3)
      expect(read('').warnings.map(({ code }) => code)).not.toContain('kernels_left_out')
      expect(kernels('gemm(')).toHaveLength(3)
      expect(read('gemm(').warnings.map(({ code }) => code)).toContain('filter_not_read')
    })

    it('that no kernel matches gives none, and is no broken file', () => {
      expect(kernels('attention')).toEqual([])
      const alone = trace.replace(/^1\.7.*\n/m, '')
      const { problem } = readKernel(output({ 'nvprof-trace.csv': alone, stdout: '' }, {}, 0, { kernel_filter: 'attention' }))
      expect(problem).toMatchObject({ code: 'parse.no_kernels', message: expect.stringContaining('"attention"') })
    })
  })

  it('that left nothing says that', () => {
    expect(readKernel(output({ stdout: '' }, {})).problem?.code).toBe('parse.no_kernels')
  })
})
