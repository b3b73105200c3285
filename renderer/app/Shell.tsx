import { WifiOff } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef } from 'react'
import { DropAnywhere } from '../features/imports/DropAnywhere'
import { useT } from '../messages'
import { ToastRegion } from '../ui/Toast'
import { Loading } from '../ui/QueryView'
import { CommandPalette } from './CommandPalette'
import { ErrorBoundary } from './ErrorBoundary'
import { HelpDialog } from './HelpDialog'
import { PromptDialog } from './PromptDialog'
import { Rail } from './Rail'
import type { Route } from './routes'
import { useShortcuts } from './shortcuts'
import { useUi } from './ui-state'

const HostsScreen = lazy(() => import('../features/hosts/HostsScreen').then((module) => ({ default: module.HostsScreen })))
const ExperimentsScreen = lazy(() =>
  import('../features/experiments/ExperimentsScreen').then((module) => ({ default: module.ExperimentsScreen })),
)
const PlanScreen = lazy(() => import('../features/experiments/PlanScreen').then((module) => ({ default: module.PlanScreen })))
const ImportScreen = lazy(() => import('../features/imports/ImportScreen').then((module) => ({ default: module.ImportScreen })))
const RunScreen = lazy(() => import('../features/experiments/RunScreen').then((module) => ({ default: module.RunScreen })))
const CompareScreen = lazy(() => import('../features/compare/CompareScreen').then((module) => ({ default: module.CompareScreen })))
const IndicatorsScreen = lazy(() =>
  import('../features/indicators/IndicatorsScreen').then((module) => ({ default: module.IndicatorsScreen })),
)
const ReportsScreen = lazy(() => import('../features/reports/ReportsScreen').then((module) => ({ default: module.ReportsScreen })))

const NotFound = ({ hash }: { hash: string }) => {
  const t = useT()
  return (
    <section className="screen">
      <h1>{t.app.notFoundTitle}</h1>
      <p className="muted">{t.app.notFoundBody(hash)}</p>
    </section>
  )
}

const Screen = ({ route }: { route: Route }) => {
  switch (route.name) {
    case 'hosts':
      return <HostsScreen host={route.host} />
    case 'experiments':
      return <ExperimentsScreen />
    case 'plan':
      return <PlanScreen />
    case 'import':
      return <ImportScreen key={route.id} id={route.id} />
    case 'experiment':
      return <RunScreen key={route.id} id={route.id} run={route.run} />
    case 'compare':
      return route.id === null ? <CompareScreen /> : <CompareScreen key={route.id} experimentId={route.id} />
    case 'indicators':
      return <IndicatorsScreen key={route.id} experimentId={route.id} />
    case 'reports':
      return <ReportsScreen experimentId={route.id} />
    case 'print':
    case 'unknown':
      return <NotFound hash={route.name === 'unknown' ? route.hash : ''} />
  }
}

const ConnectionBanner = () => {
  const t = useT()
  const lost = useUi((state) => state.connection === 'lost')
  return (
    <div role="status">
      {lost ? (
        <div className="banner">
          <WifiOff size={14} aria-hidden />
          {t.app.connectionLost}
        </div>
      ) : null}
    </div>
  )
}

/** Rail, banner, screen and the dialogs that may open over any of them. */
export const Shell = ({ route }: { route: Route }) => {
  const t = useT()
  const main = useRef<HTMLElement>(null)
  const screenName = route.name
  const firstScreen = useRef(true)
  useShortcuts()
  useEffect(() => {
    // A new screen takes the focus, so that the keyboard and a screen reader start at its top.
    if (!firstScreen.current) main.current?.focus()
    firstScreen.current = false
  }, [screenName])
  return (
    <div className="shell">
      <a
        className="skip-link"
        href="#content"
        onClick={(event) => {
          event.preventDefault()
          main.current?.focus()
        }}
      >
        {t.app.skipToContent}
      </a>
      <Rail route={route} />
      <div className="work">
        <ConnectionBanner />
        <main id="content" className="main" ref={main} tabIndex={-1}>
          <ErrorBoundary key={screenName}>
            <Suspense fallback={<Loading />}>
              <Screen route={route} />
            </Suspense>
          </ErrorBoundary>
        </main>
      </div>
      <CommandPalette />
      <HelpDialog />
      <PromptDialog />
      <DropAnywhere />
      <ToastRegion />
    </div>
  )
}
