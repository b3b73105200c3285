import { createArtifactStore } from '../../main/adapters/files/artifact-store'
import { createStaging } from '../../main/adapters/files/staging'
import { openStore, type SqliteStore } from '../../main/adapters/sqlite/open-store'
import { systemClock, systemIds } from '../../main/adapters/system/clock'
import { packing } from '../../main/adapters/workers/file-parser'
import type { FileParser } from '../../main/ports/file-parser'
import type { ArtifactStore } from '../../main/ports/store'
import { createEventBus, type EventBus } from '../../main/services/events'
import { Imports } from '../../main/services/imports/imports'
import { readers } from '../../remote-scripts'
import { inThreadParser } from './parser'

export interface ImportCore {
  imports: Imports
  store: SqliteStore
  artifacts: ArtifactStore
  events: EventBus
  close(): Promise<void>
}

/** What importing takes of the program, on the store in `dataDir`. */
export const openImportCore = (dataDir: string, parser: FileParser = inThreadParser): ImportCore => {
  const store = openStore(dataDir)
  const artifacts = createArtifactStore(dataDir)
  const events = createEventBus()
  const imports = new Imports({
    store,
    artifacts,
    parser,
    packing,
    staging: createStaging(dataDir),
    clock: systemClock,
    ids: systemIds,
    events,
    readers,
    version: '0.0.0-test',
  })
  return {
    imports,
    store,
    artifacts,
    events,
    async close() {
      await imports.close()
      await parser.close()
      store.close()
    },
  }
}
