import type { ArtifactRef, Experiment } from '../../../preload/contract'
import { packMeasurements, withDimensions, type MeasurementColumns } from '../../core/runs/measurement-columns'
import type { PackedResult } from '../../ports/file-parser'
import type { ImportedPart } from '../../ports/store'
import type { ImportDeps } from './deps'
import type { Entry } from './entry'
import { importedRun } from './imported-run'
import { secretsOf } from './picture'
import type { PlannedLaunch, PlannedRun } from './plan-runs'
import type { ReadBack } from './read-back'

export interface AssembleSetting {
  deps: ImportDeps
  experiment: Experiment
  /** Begins the id of every run. */
  runId: string
}

/** What launches are put together from. */
export interface Assembled {
  references: ReadonlyMap<Entry, ArtifactRef>
  results: ReadonlyMap<Entry, PackedResult[]>
  readBack: ReadBack
}

/** What one probe read in a file of a launch; without an entry: in all of them together. */
interface FileOfRun {
  entry: Entry | null
  rank: number | null
  packed: PackedResult[]
}

const together = (probe: string, files: readonly FileOfRun[], { deps }: AssembleSetting): FileOfRun[] => {
  const results = files.flatMap(({ packed }) => packed.map(({ result }) => result))
  const further = deps.readers.get(probe)?.combine?.(results) ?? []
  const packed = further.map((result) => ({ result: { ...result, measurements: [] }, first: packMeasurements(result.measurements) }))
  return packed.length === 0 ? [] : [{ entry: null, rank: null, packed }]
}

const filesOf = ({ probe }: PlannedRun, { entries }: PlannedLaunch, { results }: Assembled, setting: AssembleSetting): FileOfRun[] => {
  const files = entries.map((entry) => ({
    entry,
    rank: entry.reading?.launch?.rank ?? null,
    packed: (results.get(entry) ?? []).filter(({ result }) => result.probe === probe),
  }))
  return files.length > 1 ? [...files, ...together(probe, files, setting)] : files
}

/** Measurements that lie apart. */
async function* furtherOf({ probe }: PlannedRun, entry: Entry, { results, readBack }: Assembled, { deps }: AssembleSetting) {
  for (const { result, part } of entry.reading?.results?.values ?? [])
    if (results.get(entry)?.[result]?.result.probe === probe) yield deps.packing.unpackColumns(await readBack.bytes(part))
}

/** The measurements of a run, part by part; of several ranks each says whose it is. */
async function* columnsOf(
  planned: PlannedRun,
  files: readonly FileOfRun[],
  assembled: Assembled,
  setting: AssembleSetting,
): AsyncGenerator<MeasurementColumns> {
  for (const { entry, rank, packed } of files) {
    const named = (columns: MeasurementColumns): MeasurementColumns =>
      files.length > 1 && rank !== null ? withDimensions(columns, { rank }) : columns
    for (const { first } of packed) yield named(first)
    if (entry) for await (const columns of furtherOf(planned, entry, assembled, setting)) yield named(columns)
  }
}

async function* partsOfRun(
  planned: PlannedRun,
  launch: PlannedLaunch,
  assembled: Assembled,
  setting: AssembleSetting,
): AsyncGenerator<ImportedPart> {
  const files = filesOf(planned, launch, assembled, setting)
  const run = importedRun(
    planned,
    files.map(({ rank, packed }) => ({ rank, results: packed.map(({ result }) => result) })),
    {
      id: `${setting.runId}-${planned.position}`,
      deps: setting.deps,
      experiment: setting.experiment,
      arm: launch.arm,
      artifacts: launch.entries.flatMap((entry) => assembled.references.get(entry) ?? []),
      secrets: launch.entries.reduce((sum, entry) => sum + secretsOf(entry), 0),
      measured: launch.entries.some(({ reading }) =>
        reading?.recognised.some(({ probe, values }) => probe === planned.probe && values > 0),
      ),
    },
  )
  let part: ImportedPart | null = null
  for await (const measurements of columnsOf(planned, files, assembled, setting)) {
    if (part) yield { ...part, last: false }
    part = { runId: run.id, run: part ? null : run, measurements, last: true }
  }
  yield part ?? { runId: run.id, run, measurements: packMeasurements([]), last: true }
}

/** The runs of these launches, in order, each in one part or more. */
export async function* partsOf(
  launches: readonly PlannedLaunch[],
  assembled: Assembled,
  setting: AssembleSetting,
): AsyncGenerator<ImportedPart> {
  for (const launch of launches) for (const planned of launch.runs) yield* partsOfRun(planned, launch, assembled, setting)
}
