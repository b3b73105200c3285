import { describe, expect, it } from 'vitest'
import { problemCodes, reasonCodes } from '../../preload/contract'
import { languages, sharedMessages } from '../../preload/contract/messages'

const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort()

describe.each(languages)('the catalogue in %s', (language) => {
  const catalogue = sharedMessages[language]

  it.each(problemCodes)('says what %s is, why, and what to do', (code) => {
    const { title, why, fix } = catalogue.problems[code]
    for (const text of [title, why, fix]) expect(text.trim()).not.toBe('')
  })

  it.each(reasonCodes)('has a sentence for the reason %s with the same blanks as English', (code) => {
    expect(placeholders(catalogue.reasons[code])).toEqual(placeholders(sharedMessages.en.reasons[code]))
  })
})
