import type { HardwareModel, LinkModel } from '../hardware-model'
import { linkOf } from '../hardware-model'
import { launchFactor, seededRandom, type Random } from '../random'
import { findHost, modelOf, nextLaunch, readLabState, type LabHostState, type LabState } from '../state'

/** What a simulated tool knows: the lab, the host it runs on, its arguments. */
export interface ToolContext {
  dir: string
  state: LabState
  model: HardwareModel
  host: LabHostState
  env: Readonly<Record<string, string | undefined>>
  print(text: string): void
  warn(text: string): void
}

/** Returns the exit code. */
export type Tool = (args: string[], context: ToolContext) => number | Promise<number>

const required = (env: ToolContext['env'], name: string): string => {
  const value = env[name]
  if (!value) throw new Error(`${name} is not set: this tool runs on simulated hosts only`)
  return value
}

/** Reads HEADROOM_LAB_STATE (the lab's folder) and HEADROOM_LAB_HOST. */
export const readContext = (env: ToolContext['env']): ToolContext => {
  const dir = required(env, 'HEADROOM_LAB_STATE')
  const state = readLabState(dir)
  const host = findHost(state, required(env, 'HEADROOM_LAB_HOST'))?.host
  if (!host) throw new Error(`the lab has no host ${env['HEADROOM_LAB_HOST']}`)
  return {
    dir,
    state,
    model: modelOf(state),
    host,
    env,
    print: (text) => void process.stdout.write(`${text}\n`),
    warn: (text) => void process.stderr.write(`${text}\n`),
  }
}

/** Noise of one launch of a measuring tool: a factor on its times, and the generator for what happens inside. */
export interface LaunchNoise {
  factor: number
  random: Random
  launch: number
}

/** The noise of a launch whose number is known, as that of a job on several hosts. */
export const launchOf = (context: ToolContext, tool: string, launch: number): LaunchNoise => {
  const random = seededRandom(`${context.state.seed}/${tool}/${launch}`)
  return { factor: launchFactor(random), random, launch }
}

/** The next launch of a tool. */
export const beginLaunch = (context: ToolContext, tool: string): LaunchNoise => launchOf(context, tool, nextLaunch(context.dir, tool))

/** The link that traffic asked for `device` really takes, after planted faults. */
export const routeOf = (context: ToolContext, kind: LinkModel['kind'], device: string): LinkModel => {
  const target = context.state.faults.reroute?.[device]
  if (!target) return linkOf(context.model, kind, device)
  const isHca = context.model.hcas.some((hca) => hca.name === target)
  return linkOf(context.model, isHca ? 'verbs' : 'socket', target)
}

/** Simulated tools take simulated time; this is the real pause that keeps their order visible. */
export const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))
