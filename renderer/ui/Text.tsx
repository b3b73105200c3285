import { Check, Copy } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import { useT } from '../messages'
import { Button } from './Button'
import { neutralise } from './sanitise'

/** Commands, hashes and paths. */
export const Mono = ({ children }: { children: ReactNode }) => <span className="mono">{children}</span>

/** A number with its unit in lighter ink. */
export const Units = ({ value, unit }: { value: string; unit: string }) => (
  <span className="number">
    {value} <span className="units">{unit}</span>
  </span>
)

/** Copies text and says so for two seconds. */
export const CopyButton = ({ text, label }: { text: string; label?: string }) => {
  const t = useT()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return undefined
    const timer = setTimeout(() => setCopied(false), 2000)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = (): void => void navigator.clipboard.writeText(text).then(() => setCopied(true))
  return (
    <>
      <Button
        kind="quiet"
        aria-label={label ?? t.common.copy}
        icon={copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
        onPress={copy}
      />
      <span className="visually-hidden" role="status">
        {copied ? t.common.copied : ''}
      </span>
    </>
  )
}

/** A command to read and to copy. */
export const Command = ({ children }: { children: string }) => {
  const t = useT()
  return (
    <div className="command">
      <code>{neutralise(children)}</code>
      <CopyButton text={children} label={`${t.common.copy}: ${children.slice(0, 60)}`} />
    </div>
  )
}

/** A literal quote from a host, log or file; hostile characters are made visible. */
export const Quote = ({ children }: { children: string }) => {
  const t = useT()
  return (
    <pre className="quote" tabIndex={0} role="region" aria-label={t.common.evidence}>
      {neutralise(children)}
    </pre>
  )
}
