import { appendFileSync } from 'node:fs'
import { busFactor, expectedCollectiveUs, wireBytes, type Collective } from '../hardware-model'
import { iterationFactors, normal } from '../random'
import { findHost } from '../state'
import { collectiveActivity } from '../simulated-time'
import { moveTraffic, workWithoutTraffic } from '../traffic'
import { parseArguments, parseSize, wholeNumber } from './arguments'
import { beginLaunch, pause, type Tool, type ToolContext } from './context'
import { ncclLog } from './nccl-log'
import { chooseTransport, type NcclTransport } from './nccl-transport'
import { ncclFooter, ncclHeader, ncclRowText, writeNcclJson, type NcclRow, type NcclTest, type Timing } from './nccl-report'
import type { RankLayout } from './ranks'

const MAX_ITERATIONS = 100_000
/** nccl-tests returns testNcclError (3) or testNotImplemented (2). */
const NCCL_FAILED = 3
const NOT_POSSIBLE = 2

const spec = {
  values: {
    minbytes: ['b'],
    maxbytes: ['e'],
    stepbytes: ['i'],
    stepfactor: ['f'],
    ngpus: ['g'],
    nthreads: ['t'],
    iters: ['n'],
    warmup_iters: ['w'],
    agg_iters: ['m'],
    op: ['o'],
    datatype: ['d'],
    root: ['r'],
    check: ['c'],
    parallel_init: ['p'],
    blocking: ['z'],
    cudagraph: ['G'],
    report_cputime: ['C'],
    average: ['a'],
    output_file: ['J'],
    per_iter: ['I'],
    per_iter_skip: ['K'],
    timeout: ['T'],
    local_register: ['R'],
    device_impl: ['D'],
  },
  flags: { help: ['h'] },
}

const TYPE_BYTES: Record<string, number> = { int8: 1, uint8: 1, half: 2, bfloat16: 2, float: 4, int32: 4, int64: 8, double: 8 }

/** Ranks of a process started by mpirun through another program, or by hand. */
const layoutFromEnvironment = (context: ToolContext, gpus: number): RankLayout => {
  const text = context.env['HEADROOM_LAB_RANKS']
  if (!text) return { hosts: Array.from({ length: gpus }, () => context.host), forwarded: null }
  const { hosts, forwarded } = JSON.parse(text) as { hosts: string[]; forwarded: Record<string, string> | null }
  return { hosts: hosts.map((name) => findHost(context.state, name)?.host ?? context.host), forwarded }
}

const sizesOf = (min: number, max: number, factor: number, step: number | null): number[] => {
  const sizes: number[] = []
  for (let size = min; size <= max && sizes.length < 10_000; size = step === null ? size * factor : size + step) sizes.push(size)
  return sizes
}

const readTest = (collective: Collective, args: string[], context: ToolContext, given: RankLayout | null): NcclTest | string => {
  const parsed = parseArguments(args, spec)
  const value = (name: string): string | undefined => parsed.options.get(name)
  if (parsed.unknown) return `invalid option '${parsed.unknown}'`
  const gpus = wholeNumber(value('ngpus'), 1)
  const minBytes = parseSize(value('minbytes') ?? '32M')
  const maxBytes = parseSize(value('maxbytes') ?? value('minbytes') ?? '32M')
  const iterations = wholeNumber(value('iters'), 20)
  const warmup = wholeNumber(value('warmup_iters'), 1)
  const factor = wholeNumber(value('stepfactor'), 1)
  const stepBytes = parseSize(value('stepbytes') ?? '1M')
  if (minBytes === null || maxBytes === null || stepBytes === null || minBytes > maxBytes)
    return "invalid size specified for 'minbytes' or 'maxbytes'"
  if (!gpus || gpus > 16 || !iterations || iterations > MAX_ITERATIONS || warmup === null || factor === null)
    return 'invalid number of GPUs or iterations'
  const type = value('datatype') ?? 'float'
  const typeBytes = TYPE_BYTES[type]
  if (!typeBytes) return `invalid data type '${type}'`
  const layout = given ?? layoutFromEnvironment(context, 1)
  const hosts = layout.hosts.flatMap((host) => Array.from({ length: gpus }, () => host))
  return {
    collective,
    program: `${collective}_perf`,
    args,
    hosts,
    forwarded: layout.forwarded,
    gpusPerProcess: gpus,
    minBytes,
    maxBytes,
    stepFactor: factor,
    stepBytes,
    sizes: sizesOf(minBytes, maxBytes, Math.max(factor, 2), factor > 1 ? null : stepBytes),
    warmup,
    iterations,
    type,
    typeBytes,
    op: collective === 'all_reduce' || collective === 'reduce_scatter' ? (value('op') ?? 'sum') : 'none',
    root: collective === 'broadcast' ? (wholeNumber(value('root'), 0) ?? 0) : -1,
    check: (value('check') ?? '1') !== '0',
    perIteration: (value('per_iter') ?? '0') !== '0',
    perIterationSkip: wholeNumber(value('per_iter_skip'), 0) ?? 0,
    jsonPath: value('output_file') ?? null,
    startedAt: Date.now(),
  }
}

/** Their size is the sum over the ranks, so it is rounded down to whole elements per rank. */
const isShared = (collective: Collective): boolean =>
  collective === 'all_gather' || collective === 'reduce_scatter' || collective === 'alltoall'

const measureRows = (context: ToolContext, test: NcclTest, transport: NcclTransport): NcclRow[] => {
  const launch = beginLaunch(context, test.program)
  const ranks = test.hosts.length
  const nodes = new Set(test.hosts).size
  const timing = (sizeBytes: number): Timing => {
    const expectedUs = expectedCollectiveUs(context.model, test.collective, sizeBytes, transport.link, ranks, nodes) * launch.factor
    const rowFactor = Math.exp(0.003 * normal(launch.random))
    const timesUs = iterationFactors(launch.random, test.iterations).map((factor) => expectedUs * rowFactor * factor)
    const timeUs = timesUs.reduce((total, time) => total + time, 0) / timesUs.length
    const algbwGBps = sizeBytes / (timeUs * 1000)
    const processes = ranks / test.gpusPerProcess
    const perProcessUs = test.perIteration
      ? Array.from({ length: processes }, () => timesUs.map((time) => time * (1 - 0.004 * launch.random())))
      : []
    return { timeUs, algbwGBps, busbwGBps: algbwGBps * busFactor(test.collective, ranks), timesUs, perProcessUs }
  }
  return test.sizes.map((asked) => {
    const grain = isShared(test.collective) ? test.typeBytes * ranks : test.typeBytes
    const sizeBytes = Math.floor(asked / grain) * grain
    return { sizeBytes, outOfPlace: timing(sizeBytes), inPlace: timing(sizeBytes) }
  })
}

/** Each rank's process spins while its kernels run. */
const coresPerRank = 1
const mostSteps = 8

/** Size by size, as long as the measured times say; both ways (out of place and in place) with their warm-ups. */
const moveNcclTraffic = async (context: ToolContext, test: NcclTest, transport: NcclTransport, rows: readonly NcclRow[]): Promise<void> => {
  const hosts = [...new Set(test.hosts)]
  const launches = test.iterations + test.warmup
  for (const [index, { outOfPlace, inPlace }] of rows.entries()) {
    const allBytes = 2 * launches * wireBytes(test.collective, test.sizes[index] ?? 0, test.hosts.length, hosts.length)
    const allSeconds = (launches * (outOfPlace.timeUs + inPlace.timeUs)) / 1e6
    // Long ones in steps with a pause, so that whoever watches sees them pass.
    const steps = Math.min(mostSteps, Math.ceil(allSeconds))
    for (let step = 0; step < steps; step += 1) {
      const work = { seconds: allSeconds / steps, cores: (coresPerRank * test.hosts.length) / hosts.length, gpu: collectiveActivity }
      const works = hosts.map((host) => ({ host: host.name, work }))
      const bytes = allBytes / steps
      if (hosts.length < 2) workWithoutTraffic(context.dir, context.model, works)
      else
        moveTraffic(
          context.dir,
          context.model,
          transport.link.device,
          works.map((one) => ({ ...one, txBytes: bytes, rxBytes: bytes })),
        )
      if (work.seconds > 0.3) await pause(10)
    }
  }
}

const printLog = (context: ToolContext, lines: string[]): void => {
  const level = context.env['NCCL_DEBUG']?.toUpperCase()
  if (level !== 'INFO' && level !== 'TRACE') return
  const file = context.env['NCCL_DEBUG_FILE']
  if (file) appendFileSync(file.replaceAll('%h', context.host.name).replaceAll('%p', String(process.pid)), `${lines.join('\n')}\n`)
  else context.print(lines.join('\n'))
}

/** One of nccl-tests' programs over the given ranks (null: those of the environment, or this host's GPUs). */
export const ncclTest =
  (collective: Collective, layout: RankLayout | null): Tool =>
  async (args, context) => {
    const test = readTest(collective, args, context, layout)
    if (typeof test === 'string') {
      context.warn(test)
      return 255
    }
    const crowded = test.hosts.find((host) => test.hosts.filter((other) => other === host).length > host.gpus)
    if (crowded) {
      const asked = test.hosts.filter((other) => other === crowded).length
      context.warn(
        crowded.gpus === 0
          ? `${crowded.name}: Test CUDA failure common.cu:1104 'no CUDA-capable device is detected'`
          : `Invalid number of GPUs: ${asked} requested but only ${crowded.gpus} were found.\nPlease check the number of processes and GPUs per process.`,
      )
      return NOT_POSSIBLE
    }
    const transport = chooseTransport(context, test)
    context.print(ncclHeader(context, test))
    if ('failure' in transport) {
      printLog(context, transport.log)
      context.print(transport.failure)
      return NCCL_FAILED
    }
    printLog(context, ncclLog(context, test, transport))
    await pause(60)
    const rows = measureRows(context, test, transport)
    await moveNcclTraffic(context, test, transport, rows)
    context.print(rows.map((row) => ncclRowText(test, row)).join('\n'))
    context.print(ncclFooter(test, rows))
    if (test.jsonPath !== null) writeNcclJson(context, test, rows, test.jsonPath)
    return 0
  }
