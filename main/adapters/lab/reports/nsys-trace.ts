import { printCsv, type NsysColumn } from './nsys-table'

/** One event on a GPU; whole ns since the recording began. */
export interface NsysEvent {
  kind: 'kernel' | 'copy'
  name: string
  startNs: number
  durationNs: number
  device: number
  stream: number
}

/** `nsys stats -r cuda_gpu_trace --format csv`: one row per event, in order of the starts; copies leave the launch's columns empty. */
export const printNsysTrace = (events: readonly NsysEvent[]): string => {
  const rows = [...events].sort((a, b) => a.startNs - b.startNs)
  const column = (title: string, cell: (event: NsysEvent, row: number) => string): NsysColumn => ({
    title,
    cells: rows.map(cell),
    align: 'right',
  })
  const ofKernels = (title: string, text: string): NsysColumn => column(title, ({ kind }) => (kind === 'kernel' ? text : ''))
  const ofCopies = (title: string, text: string): NsysColumn => column(title, ({ kind }) => (kind === 'copy' ? text : ''))
  const columns = [
    column('Start (ns)', ({ startNs }) => String(startNs)),
    column('Duration (ns)', ({ durationNs }) => String(durationNs)),
    column('CorrId', (_, row) => String(100 + row)),
    ...['GrdX', 'GrdY', 'GrdZ'].map((title) => ofKernels(title, '8')),
    ...['BlkX', 'BlkY', 'BlkZ'].map((title) => ofKernels(title, '4')),
    ofKernels('Reg/Trd', '32'),
    ofKernels('StcSMem (MB)', '0.000'),
    ofKernels('DymSMem (MB)', '0.000'),
    ofCopies('Bytes (MB)', '1.049'),
    ofCopies('Throughput (MB/s)', '2500.000'),
    ofCopies('SrcMemKd', 'Pageable'),
    ofCopies('DstMemKd', 'Device'),
    column('Device', ({ device }) => `NVIDIA A100-SXM4-80GB (${device})`),
    column('Ctx', ({ device }) => String(device + 1)),
    column('GreenCtx', () => ''),
    column('Strm', ({ stream }) => String(stream)),
    column('Name', ({ name }) => name),
  ]
  return `${printCsv(columns)}\n`
}
