import { useMemo } from 'react'
import { inLanguage, type Saying } from '../../preload/contract/saying'
import { sharedMessages, type Language } from '../../preload/contract/messages'
import { useSettings } from '../app/settings'
import { en, type Messages } from './en'
import { createFormats, type Formats } from './format'
import { zhCN } from './zh-CN'

export type { Messages } from './en'
export type { Formats } from './format'

export const catalogues: Record<Language, Messages> = { en, 'zh-CN': zhCN }

export const useLanguage = (): Language => useSettings((settings) => settings.language)

/** The texts of the chosen language: `t.hosts.title`, `t.run.progress(3, 20)`. */
export const useT = (): Messages => catalogues[useLanguage()]

/** The chosen language's wording of a sentence that came with all of them. */
export const useSay = (): ((said: Saying) => string) => {
  const language = useLanguage()
  return (said) => inLanguage(said, language)
}

/** What a problem, a warning or a probe said in English, in the chosen language; what is not known stays as it is. */
export const usePhrase = (): ((english: string) => string) => sharedMessages[useLanguage()].phrase

/** Evidence of a path: the counters are in our words, the rest is the tool's own log and stays as it is. */
export const evidenceText = (phrase: (english: string) => string, evidence: string): string =>
  evidence
    .split('\n')
    .map((line) => (line.startsWith('host ') ? phrase(line) : line))
    .join('\n')

/** Numbers, sizes, durations and dates of the chosen language. */
export const useFormats = (): Formats => {
  const language = useLanguage()
  return useMemo(() => createFormats(language), [language])
}
