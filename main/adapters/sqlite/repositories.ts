import { artifactRepository } from './artifacts'
import { environmentRepository } from './environments'
import { experimentRepository } from './experiments'
import type { Handle } from './handle'
import { hostRepository } from './hosts'
import { importRepository } from './imports'
import { internRepository } from './intern'
import { jobRepository } from './jobs'
import { measurementRepository } from './measurements'
import { runRepository } from './runs'
import { seriesRepository } from './series'
import { targetRepository } from './targets'

/** One repository per table, all on one connection. */
export const createRepositories = (handle: Handle) => {
  const intern = internRepository(handle)
  const artifacts = artifactRepository(handle)
  const experiments = experimentRepository(handle)
  const runs = runRepository(handle, artifacts)
  const measurements = measurementRepository(handle, intern)
  return {
    handle,
    artifacts,
    experiments,
    runs,
    measurements,
    imports: importRepository(handle, { experiments, runs, artifacts, measurements, intern }),
    series: seriesRepository(handle, intern),
    environments: environmentRepository(handle),
    jobs: jobRepository(handle),
    hosts: hostRepository(handle),
    targets: targetRepository(handle),
  }
}

export type Repositories = ReturnType<typeof createRepositories>
