import { lazy, Suspense, useEffect } from 'react'
import { I18nProvider } from 'react-aria-components'
import { useLanguage } from '../messages'
import { ApiContext, type Api } from './api'
import { ErrorBoundary } from './ErrorBoundary'
import { parseRoute, useHash } from './routes'
import { Shell } from './Shell'

const ReportDocument = lazy(() => import('../features/reports/ReportDocument').then((module) => ({ default: module.ReportDocument })))

const PrintPage = ({ id, lang }: { id: string; lang: 'en' | 'zh-CN' }) => {
  useEffect(() => {
    // Paper is light and speaks the report's language, whatever the window is set to.
    document.documentElement.dataset['theme'] = 'light'
    document.documentElement.lang = lang
  }, [lang])
  return (
    <Suspense fallback={null}>
      <ReportDocument experimentId={id} lang={lang} />
    </Suspense>
  )
}

/** The window: the print route stands alone, everything else sits in the shell. */
export const App = ({ api }: { api: Api }) => {
  const route = parseRoute(useHash())
  const language = useLanguage()
  return (
    <ApiContext value={api}>
      <I18nProvider locale={language}>
        <ErrorBoundary>{route.name === 'print' ? <PrintPage id={route.id} lang={route.lang} /> : <Shell route={route} />}</ErrorBoundary>
      </I18nProvider>
    </ApiContext>
  )
}
