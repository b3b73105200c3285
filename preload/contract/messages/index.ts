import type { ProblemCode } from '../problem'
import type { ReasonCode } from '../comparison'
import type { DisturbanceKind } from '../disturbance'
import type { LimitationCode } from '../report'
import type { IndicatorMessages } from './indicator-messages'
import { en } from './en'
import { zhCN } from './zh-CN'

export const languages = ['en', 'zh-CN'] as const
export type Language = (typeof languages)[number]

/** Sentences that the core produces and both the app and the CLI show. `{name}` is filled from params. */
export interface SharedMessages {
  /** What happened, why it usually does, what to do (with the command to copy where there is one). */
  problems: Record<ProblemCode, { title: string; why: string; fix: string }>
  reasons: Record<ReasonCode, string>
  limitations: Record<LimitationCode, string>
  /** What stands beside a plan and a comparison: what hosts lack, bounds, differences between the arms, launches left out. */
  notes: {
    line_rate: string
    line_rate_both_ways: string
    zero_traffic: string
    zero_states: string
    zero_states_floor: string
    zero_states_only: string
    queue_model: string
    queue_refused: string
    queue_serial: string
    difference: string
    message_sizes: string
    drift: string
    drift_interleaved: string
    drift_confounded: string
    run_not_done: string
    no_level: string
    disturbed: string
    no_interface: string
    interface_down: string
    no_hca: string
    none: string
    no_telemetry: string
  }
  indicators: IndicatorMessages
  /** What a problem, a warning or a probe says of one case, in this language; what is not known stays as it is. */
  phrase: (english: string) => string
  /** What disturbed a launch, with its evidence. */
  disturbances: Record<DisturbanceKind, string>
  /** Verdict sentence pieces for headline metrics. */
  verdicts: {
    faster: string
    slower: string
    equivalent: string
    cannot_answer: string
  }
}

export const sharedMessages: Record<Language, SharedMessages> = { en, 'zh-CN': zhCN }

/** Fills `{name}` from params; an unknown name stays visible rather than vanishing. */
export const fill = (template: string, params: Record<string, string | number | boolean> = {}): string =>
  template.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(params, name) ? String(params[name]) : whole))
