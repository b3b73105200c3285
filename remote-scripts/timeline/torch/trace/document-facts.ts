import type { Facts } from '../../../../preload/contract'
import { arrayOf, member, numberOf, readJsonDocuments, stringOf, type Json } from '../../../_kit/json'

/** Members of a trace besides its events that say something about the run. */
export const factMembers: ReadonlySet<string> = new Set([
  'schemaVersion',
  'distributedInfo',
  'deviceProperties',
  'baseTimeNanoseconds',
  'record_shapes',
  'with_stack',
  'with_flops',
  'with_modules',
  'profile_memory',
  'cuda_runtime_version',
  'cuda_driver_version',
  'cupti_version',
  'hip_runtime_version',
  'hip_driver_version',
  'trace_id',
])

const numbers = ['cuda_runtime_version', 'cuda_driver_version', 'cupti_version', 'hip_runtime_version', 'hip_driver_version'] as const
const flags = ['record_shapes', 'with_stack', 'with_flops', 'with_modules', 'profile_memory'] as const

const maxBaseDigits = 20

/** What the members of a trace say, as they come by. */
export class DocumentFacts {
  readonly #members = new Map<string, Json>()
  /** Nanoseconds as printed: too long for a number. */
  #base: string | null = null

  take(key: string, json: string): void {
    if (key === 'baseTimeNanoseconds') this.#base = /^\d+$/.test(json) && json.length <= maxBaseDigits ? json : null
    else {
      // Read as a member, so that a bare number or string is a document as well.
      const document = readJsonDocuments(`{"value":${json}}`, 1)[0]
      const value = member(document?.value, 'value')
      if (value !== undefined) this.#members.set(key, value)
    }
  }

  /** Nanoseconds that the trace's time stamps count from: 0 when they are dates themselves. */
  get baseNanoseconds(): bigint {
    return BigInt(this.#base ?? '0')
  }

  /** Whether a member is there that only Kineto writes. */
  get isKineto(): boolean {
    const has = (key: string): boolean => this.#members.has(key)
    return has('distributedInfo') || has('cupti_version') || (has('schemaVersion') && (has('deviceProperties') || has('record_shapes')))
  }

  get rank(): number | null {
    return numberOf(member(this.#members.get('distributedInfo'), 'rank'))
  }

  /** Names of the devices that were used; of the first one when none was. */
  gpus(devices: readonly number[]): string[] {
    const all = arrayOf(this.#members.get('deviceProperties')).flatMap((device) => {
      const name = stringOf(member(device, 'name'))
      return name === null ? [] : [{ id: numberOf(member(device, 'id')), name }]
    })
    const used = all.filter(({ id }) => id !== null && devices.includes(id))
    return [...new Set((used.length > 0 ? used : all.slice(0, 1)).map(({ name }) => name))]
  }

  facts(devices: readonly number[]): Facts {
    const distributed = this.#members.get('distributedInfo')
    const gpus = this.gpus(devices)
    const pick = (keys: readonly string[]): Facts =>
      Object.fromEntries(
        keys.flatMap((key) => (numberOf(this.#members.get(key)) === null ? [] : [[key, numberOf(this.#members.get(key))]])),
      )
    const nccl = stringOf(member(distributed, 'nccl_version'))
    return {
      rank: this.rank,
      world_size: numberOf(member(distributed, 'world_size')),
      backend: stringOf(member(distributed, 'backend')),
      ...(nccl === null ? {} : { nccl_version: nccl }),
      ...(gpus.length === 0 ? {} : { gpu: gpus.length === 1 ? (gpus[0] ?? null) : gpus }),
      ...pick(numbers),
      ...pick(flags),
    }
  }
}
