import { CircleX } from 'lucide-react'
import { fill, sharedMessages } from '../../preload/contract/messages'
import type { Failure } from '../app/failure'
import { evidenceText, useLanguage, usePhrase, useT, type Messages } from '../messages'
import { Command, Mono, Quote } from './Text'
import { commandsIn, proseParts } from './prose'
import { neutralise } from './sanitise'

interface Advice {
  title: string
  why: string
  fix: string
}

const isLocal = (code: string): code is 'app.offline' | 'app.unauthorised' => code === 'app.offline' || code === 'app.unauthorised'

/** The catalogue's words for a failure. */
export const useAdvice = (failure: Failure | null): Advice | null => {
  const t: Messages = useT()
  const language = useLanguage()
  if (!failure) return null
  if (isLocal(failure.code)) return t.failures[failure.code]
  const known = sharedMessages[language].problems[failure.code]
  const params = failure.params ?? {}
  return { title: fill(known.title, params), why: fill(known.why, params), fix: fill(known.fix, params) }
}

/** A sentence whose `commands` stand in monospace. */
export const Prose = ({ children }: { children: string }) => (
  <>
    {proseParts(children).map((part, index) =>
      part.kind === 'code' ? <Mono key={index}>{part.text}</Mono> : <span key={index}>{part.text}</span>,
    )}
  </>
)

/** What happened, why, what to do, with the command to copy; only `internal` says that it is our bug. */
export const ProblemView = ({ problem, compact = false }: { problem: Failure; compact?: boolean }) => {
  const t = useT()
  const phrase = usePhrase()
  const advice = useAdvice(problem)
  if (!advice) return null
  return (
    <div className="problem" role="alert">
      <p className="problem-title">
        <CircleX size={14} aria-hidden />
        {advice.title}
      </p>
      {problem.code === 'internal' ? <p>{t.failures.ourBug}</p> : null}
      {isLocal(problem.code) ? null : <p>{neutralise(phrase(problem.message))}</p>}
      {compact ? null : (
        <p className="muted">
          <Prose>{advice.why}</Prose>
        </p>
      )}
      <p>
        <Prose>{advice.fix}</Prose>
      </p>
      {compact ? null : commandsIn(advice.fix).map((command) => <Command key={command}>{command}</Command>)}
      {problem.evidence && !compact ? <Quote>{evidenceText(phrase, problem.evidence)}</Quote> : null}
    </div>
  )
}
