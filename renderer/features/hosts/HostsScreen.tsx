import { Plus } from 'lucide-react'
import { useQuery } from '../../app/api'
import { links, navigate } from '../../app/routes'
import { useUi } from '../../app/ui-state'
import type { SavedHost } from '../../../preload/contract/host'
import { useFormats, useT } from '../../messages'
import { SimulatedMark } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { EmptyState } from '../../ui/EmptyState'
import { QueryView } from '../../ui/QueryView'
import { Table, type Column } from '../../ui/Table'
import { Mono, Units } from '../../ui/Text'
import { neutralise } from '../../ui/sanitise'
import { AddHostDialog } from './AddHostDialog'
import { HostInspector } from './HostInspector'
import { HostState } from './HostState'
import { fastestLink, gpuSummary, targetOf } from './host-facts'
import { useHostWork } from './useHostWork'
import { useNow } from '../../ui/useNow'

const useColumns = (): Column<SavedHost>[] => {
  const t = useT()
  const formats = useFormats()
  const now = useNow(30_000)
  const gpus = (host: SavedHost): string =>
    host.inventory === null
      ? ''
      : gpuSummary(host.inventory)
          .map((gpu) => t.hosts.gpuCount(gpu.count, neutralise(gpu.name).replace(/^NVIDIA /, '')))
          .join(', ') || t.hosts.noGpu
  const fastest = (host: SavedHost) => {
    const link = host.inventory && fastestLink(host.inventory)
    return link ? <Units value={formats.number(link.rateGbps)} unit={`Gb/s ${neutralise(link.name)}`} /> : ''
  }
  return [
    {
      id: 'name',
      head: t.hosts.columns.name,
      cell: (host) => (
        <span className="line" style={{ flexWrap: 'nowrap' }}>
          <a className="row-button" href={links.hosts(host.name)}>
            {host.name}
          </a>
          {host.inventory?.simulated ? <SimulatedMark /> : null}
        </span>
      ),
    },
    {
      id: 'target',
      hideNarrow: true,
      head: t.hosts.columns.target,
      cell: (host) => (targetOf(host.spec) === null ? t.hosts.thisMachine : <Mono>{targetOf(host.spec)}</Mono>),
    },
    { id: 'state', head: t.hosts.columns.state, cell: (host) => <HostState host={host} /> },
    { id: 'gpus', head: t.hosts.columns.gpus, cell: gpus },
    { id: 'fastest', head: t.hosts.columns.fastest, cell: fastest },
    {
      id: 'seen',
      head: t.hosts.columns.seen,
      cell: (host) => (host.lastSeenAt === null ? t.common.never : formats.ago(host.lastSeenAt, now)),
    },
  ]
}

/** The address book, and what each host has and can run. */
export const HostsScreen = ({ host: selectedName }: { host: string | null }) => {
  const t = useT()
  const query = useQuery('hosts.list', {})
  const openAdd = useUi((state) => state.overlayOpened)
  const work = useHostWork()
  const columns = useColumns()
  const selected = query.data?.hosts.find((host) => host.name === selectedName) ?? null
  const addButton = (
    <Button kind="primary" icon={<Plus size={14} aria-hidden />} onPress={() => openAdd('add-host')}>
      {t.hosts.add}
    </Button>
  )
  return (
    <>
      <section className="screen">
        <header className="screen-head">
          <h1>{t.hosts.title}</h1>
          {query.data && query.data.hosts.length > 0 ? <div className="screen-actions">{addButton}</div> : null}
        </header>
        <QueryView query={query}>
          {({ hosts, sshAliases }) => (
            <>
              {hosts.length === 0 ? (
                <EmptyState title={t.hosts.emptyTitle} body={t.hosts.emptyBody} step={t.hosts.emptyStep} action={addButton} />
              ) : (
                <Table
                  caption={t.hosts.title}
                  columns={columns}
                  rows={hosts}
                  rowKey={(host) => host.name}
                  selected={selectedName}
                  onSelect={(name) => navigate(links.hosts(name))}
                />
              )}
              {hosts.length > 0 && !selected ? <p className="muted">{t.hosts.selectOne}</p> : null}
              <AddHostDialog taken={hosts.map((host) => host.name)} aliases={sshAliases} onAdded={(name) => void work.test(name)} />
            </>
          )}
        </QueryView>
      </section>
      {selected ? <HostInspector key={selected.name} host={selected} work={work} /> : null}
    </>
  )
}
