import type { NsysEvent } from './nsys-trace'

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`

const schema = `CREATE TABLE StringIds (id INTEGER NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE META_DATA_EXPORT (name TEXT NOT NULL, value TEXT);
CREATE TABLE TARGET_INFO_GPU (id INTEGER NOT NULL, name TEXT, busLocation TEXT, totalMemory INTEGER, smCount INTEGER);
CREATE TABLE CUPTI_ACTIVITY_KIND_KERNEL (start INTEGER NOT NULL, "end" INTEGER NOT NULL, deviceId INTEGER NOT NULL, contextId INTEGER NOT NULL,
  streamId INTEGER NOT NULL, correlationId INTEGER, globalPid INTEGER, demangledName INTEGER NOT NULL, shortName INTEGER NOT NULL);
CREATE TABLE CUPTI_ACTIVITY_KIND_MEMCPY (start INTEGER NOT NULL, "end" INTEGER NOT NULL, deviceId INTEGER NOT NULL, contextId INTEGER NOT NULL,
  streamId INTEGER NOT NULL, correlationId INTEGER, globalPid INTEGER, bytes INTEGER NOT NULL, copyKind INTEGER NOT NULL);
`

/** A range that the program marked on the host; whole ns. */
export interface NsysRange {
  name: string
  startNs: number
  durationNs: number
}

/** Ranges of the style PushPop (event type 59), with their text. */
const rangesSql = (ranges: readonly NsysRange[]): string[] =>
  ranges.length === 0
    ? []
    : [
        'CREATE TABLE NVTX_EVENTS (start INTEGER NOT NULL, "end" INTEGER, eventType INTEGER NOT NULL, text TEXT, textId INTEGER, globalTid INTEGER);',
        ...ranges.map(
          ({ name, startNs, durationNs }) =>
            `INSERT INTO NVTX_EVENTS VALUES (${startNs}, ${startNs + durationNs}, 59, ${text(name)}, NULL, 1);`,
        ),
      ]

/** The SQL script that makes the export of a recording, schema 3.x; copies are all host to device, of 2^20 bytes. */
export const printNsysSql = (
  events: readonly NsysEvent[],
  { gpu = 'NVIDIA A100-SXM4-80GB', ranges = [] }: { gpu?: string; ranges?: readonly NsysRange[] } = {},
): string => {
  const names = [...new Set(events.filter(({ kind }) => kind === 'kernel').map(({ name }) => name))]
  const idOf = (name: string): number => 2 * names.indexOf(name) + 10
  const shortOf = (name: string): string => (/^(?:void )?([\w:]+)/.exec(name)?.[1] ?? name).split('::').at(-1) ?? name
  const common = ({ startNs, durationNs, device, stream }: NsysEvent, index: number): string =>
    [startNs, startNs + durationNs, device, device + 1, stream, 100 + index, 281474976710656].join(', ')
  const rows = events.map((event, index) =>
    event.kind === 'kernel'
      ? `INSERT INTO CUPTI_ACTIVITY_KIND_KERNEL VALUES (${common(event, index)}, ${idOf(event.name)}, ${idOf(event.name) + 1});`
      : `INSERT INTO CUPTI_ACTIVITY_KIND_MEMCPY VALUES (${common(event, index)}, 1048576, 1);`,
  )
  return [
    schema.trimEnd(),
    "INSERT INTO META_DATA_EXPORT VALUES ('EXPORT_PRODUCT_VERSION', '2024.5.1.113'), ('EXPORT_SCHEMA_VERSION', '3.15.0');",
    `INSERT INTO TARGET_INFO_GPU VALUES (0, ${text(gpu)}, '0000:07:00.0', 85097971712, 108);`,
    ...names.map((name) => `INSERT INTO StringIds VALUES (${idOf(name)}, ${text(name)}), (${idOf(name) + 1}, ${text(shortOf(name))});`),
    ...rows,
    ...rangesSql(ranges),
    '',
  ].join('\n')
}
