import type { ReactNode } from 'react'
import type { Inventory } from '../../../preload/contract/inventory'
import { useFormats, useT } from '../../messages'
import { Table, type Column } from '../../ui/Table'
import { Mono } from '../../ui/Text'
import { neutralise } from '../../ui/sanitise'
import { gpuGroups } from './host-facts'
import { PreflightView } from './PreflightView'

const mib = 1024 * 1024
const clean = (text: string | null): string => (text === null ? '' : neutralise(text))

interface SectionProps<Row> {
  title: string
  empty: string
  rows: readonly Row[]
  columns: Column<Row>[]
  rowKey: (row: Row) => string
}

const TableSection = <Row,>({ title, empty, rows, columns, rowKey }: SectionProps<Row>) => (
  <section className="section">
    <h3>{title}</h3>
    {rows.length === 0 ? <p className="muted">{empty}</p> : <Table caption={title} columns={columns} rows={rows} rowKey={rowKey} />}
  </section>
)

const Gpus = ({ inventory }: { inventory: Inventory }) => {
  const t = useT()
  const formats = useFormats()
  const c = t.hosts.columnsOf
  return (
    <TableSection
      title={t.hosts.sections.gpus}
      empty={t.hosts.noGpus}
      rows={gpuGroups(inventory)}
      rowKey={(group) => group.indices}
      columns={[
        { id: 'index', head: c.index, cell: (group) => group.indices },
        { id: 'name', head: c.gpu, cell: ({ gpu }) => clean(gpu.name) },
        {
          id: 'memory',
          head: c.memory,
          align: 'right',
          cell: ({ gpu }) => (gpu.memoryMiB === null ? '' : formats.bytes(gpu.memoryMiB * mib)),
        },
        { id: 'driver', head: c.driver, cell: ({ gpu }) => clean(gpu.driver) },
        { id: 'cc', head: c.capability, align: 'right', cell: ({ gpu }) => clean(gpu.computeCapability) },
        { id: 'pcie', head: c.link, cell: ({ gpu }) => (gpu.pcieGen === null ? '' : `${gpu.pcieGen} x${gpu.pcieWidth ?? '?'}`) },
      ]}
    />
  )
}

const Network = ({ inventory }: { inventory: Inventory }) => {
  const t = useT()
  const formats = useFormats()
  const c = t.hosts.columnsOf
  const rate = (value: number | null): ReactNode =>
    value === null ? <span className="muted">{t.common.notReported}</span> : formats.rateGbps(value)
  return (
    <>
      <TableSection
        title={t.hosts.sections.interfaces}
        empty={t.common.none}
        rows={inventory.interfaces}
        rowKey={(nic) => nic.name}
        columns={[
          { id: 'name', head: c.interface, cell: (nic) => <Mono>{clean(nic.name)}</Mono> },
          { id: 'rate', head: c.rate, align: 'right', cell: (nic) => rate(nic.rateGbps) },
          { id: 'state', head: c.state, cell: (nic) => (nic.up ? t.hosts.up : t.hosts.down) },
          { id: 'type', head: c.type, cell: (nic) => nic.linkType },
          { id: 'mtu', head: c.mtu, align: 'right', cell: (nic) => nic.mtu ?? '' },
          { id: 'address', head: c.address, cell: (nic) => <Mono>{clean(nic.addresses[0] ?? '')}</Mono> },
        ]}
      />
      <TableSection
        title={t.hosts.sections.hcas}
        empty={t.hosts.noHcas}
        rows={inventory.hcas}
        rowKey={(hca) => `${hca.name}:${hca.port}`}
        columns={[
          { id: 'name', head: c.adapter, cell: (hca) => <Mono>{clean(`${hca.name}:${hca.port}`)}</Mono> },
          { id: 'rate', head: c.rate, align: 'right', cell: (hca) => rate(hca.rateGbps) },
          { id: 'layer', head: c.layer, cell: (hca) => clean(hca.linkLayer) },
          { id: 'state', head: c.state, cell: (hca) => clean(hca.state) },
          { id: 'firmware', head: c.firmware, cell: (hca) => clean(hca.firmware) },
        ]}
      />
    </>
  )
}

const Software = ({ inventory }: { inventory: Inventory }) => {
  const t = useT()
  const c = t.hosts.columnsOf
  const tools = Object.entries(inventory.tools).filter(([, tool]) => tool.path !== null)
  return (
    <>
      <TableSection
        title={t.hosts.sections.tools}
        empty={t.hosts.noTools}
        rows={tools}
        rowKey={([name]) => name}
        columns={[
          { id: 'tool', head: c.tool, cell: ([name]) => clean(name) },
          {
            id: 'version',
            head: c.version,
            cell: ([, tool]) => (tool.version === null ? <span className="muted">{t.common.unknown}</span> : clean(tool.version)),
          },
          { id: 'path', head: c.path, cell: ([, tool]) => <Mono>{clean(tool.path)}</Mono> },
        ]}
      />
      <TableSection
        title={t.hosts.sections.pythons}
        empty={t.hosts.noPythons}
        rows={inventory.pythons}
        rowKey={(python) => python.path}
        columns={[
          { id: 'version', head: c.python, cell: (python) => clean(python.version) },
          {
            id: 'torch',
            head: c.torch,
            cell: (python) => (python.torch === null ? <span className="muted">{t.hosts.withoutTorch}</span> : clean(python.torch)),
          },
          { id: 'cuda', head: c.cuda, cell: (python) => (python.cuda ? t.common.yes : t.common.no) },
          { id: 'path', head: c.path, cell: (python) => <Mono>{clean(python.path)}</Mono> },
        ]}
      />
    </>
  )
}

const System = ({ inventory }: { inventory: Inventory }) => {
  const t = useT()
  const formats = useFormats()
  const s = t.hosts.system
  const { memlockKiB } = inventory
  const rows: [string, ReactNode][] = [
    [s.os, clean(inventory.os)],
    [s.kernel, clean(inventory.kernel)],
    [s.cpu, `${clean(inventory.cpu.model)}, ${t.hosts.cores(inventory.cpu.cores)}`],
    [s.governor, clean(inventory.cpu.governor)],
    [s.memory, inventory.memoryMiB === null ? '' : formats.bytes(inventory.memoryMiB * mib)],
    [s.disk, inventory.diskFreeMiB === null ? '' : formats.bytes(inventory.diskFreeMiB * mib)],
    [s.load, inventory.loadAverage1 === null ? '' : formats.number(inventory.loadAverage1, 3)],
    [s.memlock, memlockKiB === 'unlimited' ? t.hosts.unlimited : memlockKiB === null ? '' : formats.bytes(memlockKiB * 1024)],
    [s.cuda, clean(inventory.cudaVersion)],
    [s.nccl, clean(inventory.ncclVersion)],
  ]
  return (
    <section className="section">
      <h3>{t.hosts.sections.system}</h3>
      <dl className="facts">
        {rows
          .filter(([, value]) => value !== '')
          .map(([name, value]) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd className="number">{value}</dd>
            </div>
          ))}
      </dl>
    </section>
  )
}

/** The verdict first (what can run), then the parts. */
export const InventoryView = ({ inventory }: { inventory: Inventory }) => (
  <>
    <PreflightView checks={inventory.preflight} />
    <Gpus inventory={inventory} />
    <Network inventory={inventory} />
    <Software inventory={inventory} />
    <System inventory={inventory} />
  </>
)
