import { Component, type ErrorInfo, type ReactNode } from 'react'
import { catalogues } from '../messages'
import { Button } from '../ui/Button'
import { CopyButton, Quote } from '../ui/Text'
import { useSettings } from './settings'

interface State {
  error: Error | null
}

/** The last net under a screen: what reaches it is our bug, and says so. Remount it (by key) to leave it. */
export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { error: null }

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error(error, info.componentStack)
  }

  override render(): ReactNode {
    const { error } = this.state
    if (!error) return this.props.children
    const t = catalogues[useSettings.getState().language]
    const text = `${error.name}: ${error.message}`
    return (
      <section className="screen" role="alert">
        <h1>{t.app.crashedTitle}</h1>
        <p>{t.app.crashedBody}</p>
        <div className="line">
          <Quote>{text}</Quote>
          <CopyButton text={`${text}\n${error.stack ?? ''}`} />
        </div>
        <div>
          <Button kind="primary" onPress={() => window.location.reload()}>
            {t.app.reload}
          </Button>
        </div>
      </section>
    )
  }
}
