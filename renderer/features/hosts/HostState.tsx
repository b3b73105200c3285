import { CircleCheck, CircleDashed, CircleX, LoaderCircle } from 'lucide-react'
import type { SavedHost } from '../../../preload/contract/host'
import { useT } from '../../messages'
import { Badge } from '../../ui/Badge'
import { useHostsUi } from './store'

/** Reachable or not, as icon and word; before any test, what the last contact said. */
export const HostState = ({ host }: { host: SavedHost }) => {
  const t = useT()
  const busy = useHostsUi((state) => state.busy[host.name])
  const test = useHostsUi((state) => state.tests[host.name])
  if (busy) {
    return (
      <Badge tone="busy" icon={<LoaderCircle size={14} aria-hidden />}>
        {busy === 'testing' ? t.hosts.states.testing : t.hosts.takingInventory}
      </Badge>
    )
  }
  if (test && !test.ok) {
    return (
      <Badge tone="wrong" icon={<CircleX size={14} aria-hidden />}>
        {t.hosts.states.failed}
      </Badge>
    )
  }
  if (test?.ok || host.lastSeenAt !== null) {
    return (
      <Badge tone="good" icon={<CircleCheck size={14} aria-hidden />}>
        {t.hosts.states.ok}
      </Badge>
    )
  }
  return (
    <Badge tone="quiet" icon={<CircleDashed size={14} aria-hidden />}>
      {t.hosts.states.untested}
    </Badge>
  )
}
