import { artifactRepository } from './artifacts'
import { environmentRepository } from './environments'
import { experimentRepository } from './experiments'
import type { Handle } from './handle'
import { hostRepository } from './hosts'
import { internRepository } from './intern'
import { jobRepository } from './jobs'
import { measurementRepository } from './measurements'
import { runRepository } from './runs'
import { seriesRepository } from './series'

/** One repository per table, all on one connection. */
export const createRepositories = (handle: Handle) => {
  const intern = internRepository(handle)
  const artifacts = artifactRepository(handle)
  return {
    handle,
    artifacts,
    experiments: experimentRepository(handle),
    runs: runRepository(handle, artifacts),
    measurements: measurementRepository(handle, intern),
    series: seriesRepository(handle, intern),
    environments: environmentRepository(handle),
    jobs: jobRepository(handle),
    hosts: hostRepository(handle),
  }
}

export type Repositories = ReturnType<typeof createRepositories>
