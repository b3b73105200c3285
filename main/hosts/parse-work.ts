import { createArtifactReader } from '../adapters/files/artifact-reader'
import { pathSource } from '../adapters/files/path-source'
import { createSpool } from '../adapters/files/spool'
import { packing } from '../adapters/workers/file-parser'
import { createParseWork } from '../services/parse/parse-work'
import { fileTools } from './file-tools'

/** What a reader does with a task, in a thread of its own or, for tests, in the same. */
export const parseWork = createParseWork({
  tools: fileTools,
  packing,
  openSource: (path, options) => pathSource(path, path, options),
  openSpool: createSpool,
  openArtifacts: (dataDir) => ({ read: createArtifactReader(dataDir) }),
})
