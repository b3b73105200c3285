import { create } from 'zustand'
import { languages, type Language } from '../../preload/contract/messages'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

interface Settings {
  theme: Theme
  language: Language
  themeChosen(theme: Theme): void
  languageChosen(language: Language): void
}

const storageKey = 'headroom.settings'

const firstLanguage = (): Language => (globalThis.navigator?.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en')

const readStored = (): { theme: Theme; language: Language } => {
  const fallback = { theme: 'system' as Theme, language: firstLanguage() }
  const text = globalThis.localStorage?.getItem(storageKey)
  if (!text) return fallback
  const stored = JSON.parse(text) as { theme?: Theme; language?: Language }
  return {
    theme: themes.find((theme) => theme === stored.theme) ?? fallback.theme,
    language: languages.find((language) => language === stored.language) ?? fallback.language,
  }
}

/** Theme and language, kept in this browser; UI state only. */
export const useSettings = create<Settings>((set, get) => {
  const keep = (): void => {
    const { theme, language } = get()
    globalThis.localStorage?.setItem(storageKey, JSON.stringify({ theme, language }))
  }
  return {
    ...readStored(),
    themeChosen(theme) {
      set({ theme })
      keep()
    },
    languageChosen(language) {
      set({ language })
      keep()
    },
  }
})

/** Puts theme and language on the document; `system` follows the operating system while the window lives. */
export const applySettings = (page: Window): void => {
  const dark = page.matchMedia('(prefers-color-scheme: dark)')
  const apply = (): void => {
    const { theme, language } = useSettings.getState()
    const shown = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme
    page.document.documentElement.dataset['theme'] = shown
    page.document.documentElement.lang = language
  }
  apply()
  dark.addEventListener('change', apply)
  useSettings.subscribe(apply)
}
