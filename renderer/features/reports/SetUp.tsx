import type { Environment } from '../../../preload/contract/experiment'
import type { Inventory } from '../../../preload/contract/inventory'
import { PaperTable } from './Paper'
import { useReportContext } from './context'

const gpuText = (inventory: Inventory): string => {
  const counts = new Map<string, number>()
  for (const { name, driver } of inventory.gpus) {
    const label = driver === null ? name : `${name} (${driver})`
    counts.set(label, (counts.get(label) ?? 0) + 1)
  }
  return [...counts].map(([name, count]) => `${count} × ${name}`).join(', ')
}

const Hosts = ({ environments }: { environments: readonly Environment[] }) => {
  const { t, formats } = useReportContext()
  const lines: [string, (inventory: Inventory, environment: Environment) => string][] = [
    [t.target, (_, { target }) => target],
    [t.os, ({ os }) => os],
    [t.kernel, ({ kernel }) => kernel],
    [t.cpu, ({ cpu }) => `${cpu.model}, ${t.cores(cpu.cores)}`],
    [t.governor, ({ cpu }) => cpu.governor ?? t.unknown],
    [t.memory, ({ memoryMiB }) => (memoryMiB === null ? t.unknown : formats.bytes(memoryMiB * 1024 ** 2))],
    [t.gpus, (inventory) => gpuText(inventory) || t.noGpu],
    [t.cuda, ({ cudaVersion }) => cudaVersion ?? '–'],
    [t.nccl, ({ ncclVersion }) => ncclVersion ?? '–'],
  ]
  return (
    <PaperTable
      caption={t.hostsCaption}
      fixed
      columns={[{ head: t.host, width: 18 }, ...environments.map(({ host }) => ({ head: host }))]}
      rows={lines.map(([name, text]) => [name, ...environments.map((environment) => text(environment.inventory, environment))])}
    />
  )
}

interface LinkRow {
  host: string
  fabric: string
  kind: string
  link: string
  rate: string
  mtu: string
  driver: string
}

const useLinks = (): LinkRow[] => {
  const { data, t, formats } = useReportContext()
  const { experiment, environments } = data.model
  const rate = (gbps: number | null | undefined): string => (gbps ? formats.rateGbps(gbps) : t.unknown)
  return Object.entries(experiment.plan?.fabrics ?? {}).flatMap(([fabric, spec]) =>
    environments.flatMap(({ host, inventory }): LinkRow[] => {
      const [device, port] = (spec.hcas?.[host] ?? '').split(':')
      const hca = inventory.hcas.find((candidate) => candidate.name === device && (port === undefined || candidate.port === Number(port)))
      const link = inventory.interfaces.find(({ name }) => name === spec.interfaces?.[host])
      const mtu = link?.mtu === null || link?.mtu === undefined ? '–' : String(link.mtu)
      const base = { host, fabric, kind: spec.kind }
      return [
        ...(hca
          ? [
              {
                ...base,
                link: `${hca.name}:${hca.port}`,
                rate: rate(hca.rateGbps),
                mtu,
                driver: hca.firmware ? t.firmware(hca.firmware) : '–',
              },
            ]
          : []),
        ...(link ? [{ ...base, link: link.name, rate: rate(link.rateGbps), mtu, driver: link.driver ?? '–' }] : []),
      ]
    }),
  )
}

const Links = () => {
  const { t } = useReportContext()
  const links = useLinks()
  if (links.length === 0) return null
  return (
    <PaperTable
      caption={t.linksCaption}
      columns={[
        { head: t.fabric },
        { head: t.host },
        { head: t.link },
        { head: t.kind },
        { head: t.rate, numeric: true },
        { head: t.mtu, numeric: true },
        { head: t.driver },
      ]}
      rows={links.map(({ fabric, host, link, kind, rate, mtu, driver }) => [fabric, host, link, kind, rate, mtu, driver])}
    />
  )
}

const Tools = ({ environments }: { environments: readonly Environment[] }) => {
  const { t } = useReportContext()
  const names = [...new Set(environments.flatMap(({ inventory }) => Object.keys(inventory.tools)))].sort()
  const tools = names
    .map((name) => [name, ...environments.map(({ inventory }) => inventory.tools[name]?.version ?? '–')])
    // Small system tools tell no version and change no number.
    .filter(([, ...versions]) => versions.some((version) => version !== '–'))
  const pythons = [
    'Python, torch',
    ...environments.map(
      ({ inventory }) =>
        inventory.pythons.map(({ version, torch }) => (torch === null ? version : `${version} + torch ${torch}`)).join('; ') || '–',
    ),
  ]
  return (
    <PaperTable
      caption={t.toolsCaption}
      fixed
      columns={[{ head: t.tool, width: 24 }, ...environments.map(({ host }) => ({ head: host }))]}
      rows={[...tools, pythons]}
    />
  )
}

/** The hosts, links and tools that the numbers hold for. */
export const SetUp = () => {
  const { data, t } = useReportContext()
  const { environments } = data.model
  return (
    <section>
      <h2>{t.setup}</h2>
      {environments.length === 0 ? (
        <p>{t.noEnvironment}</p>
      ) : (
        <>
          <Hosts environments={environments} />
          <Links />
          <Tools environments={environments} />
        </>
      )}
    </section>
  )
}
