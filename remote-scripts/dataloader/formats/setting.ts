import type { Dimensions } from '../../../preload/contract'
import { arrayOf, member, numberOf, type Json } from '../../_kit/json'

/** One setting's measured steps, all lists in the order of the steps; times in us, points in time from the first measured request. */
export interface Setting {
  workers: number
  prefetch: number
  batch: number
  pinned: boolean
  wallUs: number
  cpuUs: number
  askedUs: number[]
  waitUs: number[]
  stepUs: number[]
  loadUs: number[]
  readyUs: number[]
}

const lists = ['asked_us', 'wait_us', 'step_us', 'load_us', 'ready_us'] as const

const timesOf = (value: Json, name: string, signed: boolean): number[] | null => {
  const times = arrayOf(member(value, name)).map(numberOf)
  return times.length > 0 && times.every((time) => time !== null && (signed || time >= 0)) ? (times as number[]) : null
}

/** Null when a field is missing, out of range, or the lists differ in length. */
export const readSetting = (value: Json): Setting | null => {
  const [workers, prefetch, batch] = ['workers', 'prefetch', 'batch'].map((name) => numberOf(member(value, name)))
  const [wallUs, cpuUs] = [numberOf(member(value, 'wall_us')), numberOf(member(value, 'cpu_us'))]
  const [askedUs, waitUs, stepUs, loadUs, readyUs] = lists.map((name) => timesOf(value, name, name === 'ready_us'))
  if (!askedUs || !waitUs || !stepUs || !loadUs || !readyUs) return null
  if ([waitUs, stepUs, loadUs, readyUs].some(({ length }) => length !== askedUs.length)) return null
  if (typeof workers !== 'number' || typeof prefetch !== 'number' || typeof batch !== 'number' || workers < 0 || batch < 1) return null
  if (wallUs === null || wallUs <= 0 || cpuUs === null || cpuUs < 0) return null
  const pinned = member(value, 'pinned') === true
  return { workers, prefetch, batch, pinned, wallUs, cpuUs, askedUs, waitUs, stepUs, loadUs, readyUs }
}

export const dimensionsOf = ({ workers, prefetch, batch, pinned }: Setting): Dimensions => ({ workers, prefetch, batch, pinned })

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Squared coefficient of variation (population); 0 for times that are all 0. */
export const cv2 = (values: readonly number[]): number => {
  const centre = mean(values)
  return centre === 0 ? 0 : mean(values.map((value) => (value - centre) ** 2)) / centre ** 2
}

/** Batches that were ready and not yet taken when each step asked, mean. Both lists rise with the steps, but a later batch may be ready before an earlier one. */
export const meanReady = ({ askedUs, readyUs, workers, prefetch }: Setting): number => {
  const most = workers * prefetch + 1
  return mean(askedUs.map((asked, index) => readyUs.slice(index, index + most).filter((ready) => ready <= asked).length))
}
