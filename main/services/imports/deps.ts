import type { FileParser, ResultPacking } from '../../ports/file-parser'
import type { Staging } from '../../ports/staging'
import type { ImportStore } from '../../ports/store'
import type { Deps } from '../deps'

/** What importing files needs from outside. */
export interface ImportDeps extends Pick<Deps, 'artifacts' | 'clock' | 'events' | 'ids' | 'readers' | 'version'> {
  store: Deps['store'] & ImportStore
  parser: FileParser
  packing: ResultPacking
  staging: Staging
}
