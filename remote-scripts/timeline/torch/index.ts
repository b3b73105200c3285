import type { ParseResult } from '../../../preload/contract'
import type { FormatParser, StreamFormat } from '../../_kit/probe'
import { combineRanks } from './ranks'
import { keyAverages } from './table/key-averages'
import { chromeTrace } from './trace/chrome-trace'

export const torchFormats: FormatParser[] = [keyAverages]
export const torchStreams: StreamFormat[] = [chromeTrace]

/** What the traces of several ranks of one job say together. */
export const combineTorch = (results: readonly ParseResult[]): ParseResult[] => {
  const combined = combineRanks(results)
  return combined ? [combined] : []
}
