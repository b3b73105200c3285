import { keepGpusBusy } from '../gpu-activity'
import { gpuFigures } from '../gpu-figures'
import { memoryFigures } from '../memory-figures'
import { iterationFactors, normal } from '../random'
import { printMemoryBench, type MemoryBenchRow } from '../reports/memory-bench'
import type { GpuActivity } from '../simulated-time'
import { simulatedTorch } from '../zero/torch'
import { wholeNumber } from './arguments'
import { beginLaunch, type LaunchNoise, type Tool, type ToolContext } from './context'

/** STREAM's arrays: four times the caches, as memory_bench.py takes them; on GPUs 1 GiB. */
const cachesInArray = 4
const gpuArrayBytes = 2 ** 30
const roundSeconds = 0.03
const gpuPasses = 5
const arrays = { copy: 2, triad: 3, h2d: 1, d2h: 1 } as const

interface Ceiling {
  test: MemoryBenchRow['test']
  kind: 'pinned' | 'pageable' | null
  gbps: number
}

const timesOf = (us: number, repeats: number, { factor, random }: LaunchNoise): number[] => {
  const own = Math.exp(0.002 * normal(random))
  return iterationFactors(random, repeats).map((one) => us * factor * own * one)
}

const hostRows = (context: ToolContext, sizeBytes: number, repeats: number, noise: LaunchNoise): MemoryBenchRow[] => {
  const { hostCopyGBps, hostTriadGBps } = memoryFigures(context.model)
  const ceilings = { copy: hostCopyGBps, triad: hostTriadGBps }
  return (['copy', 'triad'] as const).map((test) => {
    const onceUs = (arrays[test] * sizeBytes) / (ceilings[test] * 1000)
    const passes = Math.floor((roundSeconds * 1e6) / onceUs) + 1
    return { test, gpu: null, arrayBytes: sizeBytes, passes, timesUs: timesOf(onceUs * passes, repeats, noise) }
  })
}

const gpuRows = (context: ToolContext, device: number, repeats: number, noise: LaunchNoise): MemoryBenchRow[] => {
  const { model } = context
  const { toDeviceGBps, toHostGBps, pageableGBps, gpuCacheBytes } = memoryFigures(model)
  const { dramReachedGBps } = gpuFigures[model.preset]
  const ceilings: Ceiling[] = [
    { test: 'copy', kind: null, gbps: dramReachedGBps },
    { test: 'triad', kind: null, gbps: dramReachedGBps * 1.01 },
    { test: 'h2d', kind: 'pageable', gbps: pageableGBps },
    { test: 'd2h', kind: 'pageable', gbps: pageableGBps },
    { test: 'h2d', kind: 'pinned', gbps: toDeviceGBps },
    { test: 'd2h', kind: 'pinned', gbps: toHostGBps },
  ]
  return ceilings.map(({ test, kind, gbps }) => ({
    test,
    gpu: { device: `cuda:${device}`, name: model.gpu.name, kind, cacheBytes: gpuCacheBytes },
    arrayBytes: gpuArrayBytes,
    passes: gpuPasses,
    timesUs: timesOf((arrays[test] * gpuArrayBytes * gpuPasses) / (gbps * 1000), repeats, noise),
  }))
}

const secondsOf = (rows: readonly MemoryBenchRow[]): number =>
  rows.reduce((sum, { timesUs }) => sum + timesUs.reduce((a, b) => a + b, 0), 0) / 1e6

/** Copies keep the memory of a GPU busy and its arithmetic idle; one GPU after the other, so of each a share. */
const copying = (gpus: number): GpuActivity => ({
  util: 1 / gpus,
  smActive: 0.6 / gpus,
  tensorActive: 0,
  dramActive: 0.4 / gpus,
  power: 0.3 / gpus,
  memoryMiB: 4500,
  gpus,
})

const measure = async (context: ToolContext, engine: string, sizeBytes: number, workers: number, repeats: number): Promise<void> => {
  const { env, host, model } = context
  const noise = beginLaunch(context, 'memory-bench')
  const onHost = hostRows(context, sizeBytes, repeats, noise)
  const gpus = env['HR_GPU'] === '0' ? 0 : host.gpus
  const onGpus = Array.from({ length: gpus }, (_, device) => gpuRows(context, device, repeats, noise)).flat()
  const { sockets, coresPerSocket } = model.cpu
  if (gpus > 0) await keepGpusBusy(context, { seconds: secondsOf(onGpus), gpu: copying(gpus) })
  const engineVersion = engine === 'torch' ? simulatedTorch(model) : engine === 'numpy' ? '1.26.4' : '11.4.0'
  const header = { engine, engineVersion, workers, cpus: sockets * coresPerSocket, cacheBytes: memoryFigures(model).hostCacheBytes }
  context.print(printMemoryBench(header, [...onHost, ...onGpus]))
}

/** Headroom's benchmark of memory: ceilings of the host and of every GPU from the hardware model. */
export const memoryBench: Tool = async (_args, context) => {
  const { env, model } = context
  const cores = model.cpu.sockets * model.cpu.coresPerSocket
  const workers = wholeNumber(env['HR_WORKERS'] || undefined, cores)
  const repeats = wholeNumber(env['HR_REPEATS'], 10)
  const sizeBytes = wholeNumber(env['HR_SIZE_BYTES'] || undefined, cachesInArray * memoryFigures(model).hostCacheBytes)
  if (!workers || !repeats || !sizeBytes) {
    context.warn('memory_bench: HR_WORKERS, HR_REPEATS and HR_SIZE_BYTES take whole numbers')
    return 1
  }
  const asked = env['HR_ENGINE'] ?? 'auto'
  await measure(context, asked === 'auto' ? 'numpy' : asked, sizeBytes, workers, repeats)
  return 0
}
