import { useMemo } from 'react'
import type { Language } from '../../preload/contract/messages'
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

/** Numbers, sizes, durations and dates of the chosen language. */
export const useFormats = (): Formats => {
  const language = useLanguage()
  return useMemo(() => createFormats(language), [language])
}
