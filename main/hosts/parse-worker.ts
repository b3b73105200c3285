import { serveWork } from '../adapters/workers/serve-work'
import { parseWork } from './parse-work'

serveWork(parseWork)
