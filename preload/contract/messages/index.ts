import type { ProblemCode } from '../problem'
import type { ReasonCode } from '../comparison'
import type { LimitationCode } from '../report'
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
