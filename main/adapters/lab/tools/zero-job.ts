import { appendFileSync, writeFileSync } from 'node:fs'
import { keepGpusBusy } from '../gpu-activity'
import { expectedCollectiveUs, wireBytes, type LinkModel } from '../hardware-model'
import { printZeroEnd, printZeroHeader, printZeroLink, printZeroMemory, printZeroStep, type ZeroBenchStep } from '../reports/zero-bench'
import { iterationFactors, type Random } from '../random'
import { readCounters } from '../state'
import { trainingActivity } from '../zero/activity'
import { processBytes, reservedBytes } from '../zero/gpu-room'
import { lossOf } from '../zero/loss'
import type { RankMemory } from '../zero/memory'
import { dataUs } from '../zero/model'
import type { Act, Schedule } from '../zero/schedule'
import type { ZeroSettings } from '../zero/settings'
import { playStep, type RankTimes, type StepConditions } from '../zero/timing'
import { simulatedTorch } from '../zero/torch'
import type { ToolContext } from './context'
import { matchesList } from './nccl-transport'

/** One launch on this host: everything that the steps need. */
export interface ZeroJob {
  settings: ZeroSettings
  schedule: Schedule
  memory: RankMemory
  link: LinkModel
  factor: number
  random: Random
  /** Each rank's own speed. */
  ranks: readonly number[]
  nodes: number
}

const stepConditions = (context: ToolContext, job: ZeroJob, stepFactor: number): StepConditions => {
  const { settings, link, factor, nodes } = job
  const { world } = settings
  const data = dataUs(settings)
  return {
    computeFactors: job.ranks.map((own) => own * factor * stepFactor),
    dataUs: job.ranks.map((own) => data * own * factor),
    collectiveUs: (operation, buffer) => expectedCollectiveUs(context.model, operation, buffer, link, world, nodes) * factor * stepFactor,
    sentBytes: (operation, buffer) => ((operation === 'all_reduce' ? 2 : 1) * buffer * (world - 1)) / world,
  }
}

const playSteps = (context: ToolContext, job: ZeroJob): RankTimes[][] => {
  const { settings, random } = job
  // The first step of all makes the allocator's blocks and NCCL's connections.
  const factors = iterationFactors(random, settings.warmup + settings.steps).map((one, step) => (step === 0 ? 1.6 * one : one))
  return factors.map((factor) => playStep(job.schedule.step, stepConditions(context, job, factor)))
}

/** What a host sends in one step: its ring's bytes, whatever lies inside a host left out. */
const hostBytes = (step: readonly Act[], world: number, nodes: number): number =>
  step.reduce((sum, act) => (act.do === 'submit' ? sum + wireBytes(act.operation, act.buffer, world, nodes) : sum), 0)

/** The device whose counter the benchmark reads: the HCA that NCCL is held to, else the interface. */
const countedLink = (context: ToolContext): { name: string; device: string } => {
  const list = context.env['NCCL_IB_HCA'] ?? ''
  const hca = list === '' ? undefined : context.model.hcas.find(({ name }) => matchesList(list, name))
  const device = hca?.name ?? context.env['HR_INTERFACE'] ?? ''
  return { name: hca ? `${hca.name}:1` : device, device }
}

const sentBytes = (context: ToolContext, device: string): number | null => {
  const sent = readCounters(context.dir)[context.host.name]?.[device]?.txBytes
  return sent === undefined ? null : 4 * Math.floor(sent / 4)
}

const ownRanks = ({ ranks, rankOffset }: ZeroSettings): number[] => Array.from({ length: ranks }, (_, local) => rankOffset + local)
const fileOf = (rank: number): string => `rank${rank}.jsonl`

/** The first line of every rank's file. */
export const writeHeaders = (context: ToolContext, settings: ZeroSettings, parameters: number): void => {
  const header = printZeroHeader({
    ...settings,
    parameters,
    torch: simulatedTorch(context.model),
    nccl: context.model.ncclVersion,
    gpu: context.model.gpu.name,
  })
  for (const rank of ownRanks(settings)) writeFileSync(fileOf(rank), `${header}\n`)
}

const rowOf = ({ settings }: ZeroJob, times: RankTimes, step: number, rank: number): ZeroBenchStep => ({
  ...times,
  rank,
  step,
  warmup: step < settings.warmup,
  loss: lossOf(settings, step, rank),
})

const progress = (settings: ZeroSettings, done: number, text: string): void =>
  appendFileSync('progress', `${done}\t${settings.warmup + settings.steps}\t${text}\n`)

const writeSteps = (job: ZeroJob, played: readonly RankTimes[][], from: number, to: number): void => {
  for (const rank of ownRanks(job.settings)) {
    const lines = played.slice(from, to).map((ranks, index) => printZeroStep(rowOf(job, ranks[rank] as RankTimes, from + index, rank)))
    appendFileSync(fileOf(rank), lines.map((line) => `${line}\n`).join(''))
  }
}

/** Lets the time of these steps pass on this host, its GPUs at work and its link carrying their bytes. */
const passSteps = async (context: ToolContext, job: ZeroJob, steps: readonly RankTimes[][]): Promise<void> => {
  const { settings, link, nodes } = job
  const own = steps.flatMap((ranks) => ranks[settings.rankOffset] ?? [])
  const seconds = own.reduce((sum, { timeUs }) => sum + timeUs, 0) / 1e6
  const gpu = trainingActivity(context.model, settings, own, job.memory)
  const bytes = steps.length * hostBytes(job.schedule.step, settings.world, nodes)
  await keepGpusBusy(context, { seconds, gpu, ...(nodes > 1 ? { traffic: { device: link.device, bytes } } : {}) })
}

const writeEnds = (job: ZeroJob, link: { name: string; sentBytes: number | null }): void => {
  const { settings, memory } = job
  for (const rank of ownRanks(settings)) {
    const first = rank === settings.rankOffset
    const lines = [
      printZeroMemory({ rank, ...memory, reservedPeak: reservedBytes(memory.allocatedPeak), ...processBytes }),
      ...(first && link.sentBytes !== null
        ? [printZeroLink({ link: link.name, rank, sentBytes: link.sentBytes, steps: settings.steps })]
        : []),
      printZeroEnd(),
    ]
    appendFileSync(fileOf(rank), `${lines.join('\n')}\n`)
  }
}

/** Trains on this host: time passes, bytes move, and the ranks' files tell of it. */
export const train = async (context: ToolContext, job: ZeroJob): Promise<void> => {
  const { settings } = job
  const played = playSteps(context, job)
  const last = settings.warmup + settings.steps
  progress(settings, 0, `step 1 of ${last}`)
  await passSteps(context, job, played.slice(0, settings.warmup))
  writeSteps(job, played, 0, settings.warmup)
  progress(settings, settings.warmup, `step ${settings.warmup + 1} of ${last}`)
  const { name, device } = countedLink(context)
  const before = sentBytes(context, device)
  await passSteps(context, job, played.slice(settings.warmup))
  const after = sentBytes(context, device)
  writeSteps(job, played, settings.warmup, last)
  writeEnds(job, { name, sentBytes: before === null || after === null ? null : after - before })
  progress(settings, last, 'done')
}
