import { createContext, useContext } from 'react'
import type { Language } from '../../../preload/contract/messages'
import type { Formats, Messages } from '../../messages'
import type { ReportData } from './useReport'

/** The report speaks its own language, whatever the window is set to. */
export interface ReportContext {
  data: ReportData
  lang: Language
  t: Messages['document']
  charts: Messages['charts']
  indicators: Messages['indicators']
  formats: Formats
}

export const ReportContextValue = createContext<ReportContext | null>(null)

/** What the pages are made from. Throws outside of a report. */
export const useReportContext = (): ReportContext => {
  const context = useContext(ReportContextValue)
  if (!context) throw new Error('useReportContext needs a report above it.')
  return context
}
