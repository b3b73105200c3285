import { z } from './zod'

/** A sentence in every language of the program; a plain string is the same in all (a command, a name). */
export const saying = z.union([z.string(), z.object({ en: z.string(), 'zh-CN': z.string() })])
export type Saying = z.infer<typeof saying>

/** The sentence in one language. */
export const inLanguage = (said: Saying, language: 'en' | 'zh-CN'): string => (typeof said === 'string' ? said : said[language])
