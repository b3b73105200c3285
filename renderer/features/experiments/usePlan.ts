import { useCallback, useEffect, useRef, useState } from 'react'
import { planSchema, type Plan } from '../../../preload/contract/plan'
import { useApi } from '../../app/api'
import { isAbortError, toFailure, type Failure } from '../../app/failure'
import { draftOf, planInput, type PlanDraft } from './draft'

export interface PlanIssue {
  /** Dotted path into the plan; empty when the message names the place itself. */
  path: string
  message: string
}

export interface PlanEditor {
  draft: PlanDraft
  yaml: string
  /** Null while the text or the form is not a plan. */
  plan: Plan | null
  issues: PlanIssue[]
  /** A check is under way; `plan` and `issues` are of the last edit but one. */
  checking: boolean
  failure: Failure | null
  /** Grows when the YAML changed the draft, so that inputs read it anew. */
  revision: number
  source: 'form' | 'yaml'
  /** False until the first edit, while nothing is anybody's mistake yet. */
  touched: boolean
  /** `anew`: not by an input of the form, so that the inputs read it. */
  changeDraft(change: (draft: PlanDraft) => PlanDraft, anew?: boolean): void
  changeYaml(yaml: string): void
}

interface State {
  draft: PlanDraft
  yaml: string
  plan: Plan | null
  issues: PlanIssue[]
  checking: boolean
  failure: Failure | null
  revision: number
  source: 'form' | 'yaml'
  /** Counts edits; each is checked once. */
  edit: number
}

const settleMs = 250

const schemaIssues = (draft: PlanDraft): { plan: Plan | null; issues: PlanIssue[] } => {
  const parsed = planSchema.safeParse(planInput(draft))
  if (parsed.success) return { plan: parsed.data, issues: [] }
  return { plan: null, issues: parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })) }
}

/** Form and YAML of one plan, kept in sync through the core's own parser; the side edited last is the truth. */
export const usePlan = (start: PlanDraft): PlanEditor => {
  const { client } = useApi()
  const [state, setState] = useState<State>(() => ({
    draft: start,
    yaml: '',
    ...schemaIssues(start),
    checking: true,
    failure: null,
    revision: 0,
    source: 'form',
    edit: 0,
  }))
  const latest = useRef(state)
  useEffect(() => {
    latest.current = state
  })

  const checkYaml = useCallback(
    async (yaml: string, signal: AbortSignal): Promise<Partial<State>> => {
      const { plan, problems } = await client.call('plans.parse', { yaml }, signal)
      const issues = problems.map((problem) => ({ path: '', message: problem.message }))
      const { source, revision } = latest.current
      return { plan, issues, ...(plan && source === 'yaml' ? { draft: draftOf(plan), revision: revision + 1 } : {}) }
    },
    [client],
  )

  const checkDraft = useCallback(
    async (draft: PlanDraft, signal: AbortSignal): Promise<Partial<State>> => {
      const checked = schemaIssues(draft)
      if (!checked.plan) return checked
      const { yaml } = await client.call('plans.toYaml', { plan: checked.plan }, signal)
      return { ...(await checkYaml(yaml, signal)), yaml }
    },
    [client, checkYaml],
  )

  useEffect(() => {
    const controller = new AbortController()
    const check = async (): Promise<void> => {
      const { source, draft, yaml } = latest.current
      try {
        const result = await (source === 'form' ? checkDraft(draft, controller.signal) : checkYaml(yaml, controller.signal))
        if (!controller.signal.aborted) setState((old) => ({ ...old, ...result, checking: false, failure: null }))
      } catch (error) {
        if (!isAbortError(error)) setState((old) => ({ ...old, checking: false, failure: toFailure(error) }))
      }
    }
    const timer = setTimeout(() => void check(), settleMs)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [state.edit, checkDraft, checkYaml])

  const changeDraft = useCallback(
    (change: (draft: PlanDraft) => PlanDraft, anew = false) =>
      setState((old) => ({
        ...old,
        draft: change(old.draft),
        revision: anew ? old.revision + 1 : old.revision,
        source: 'form',
        checking: true,
        edit: old.edit + 1,
      })),
    [],
  )
  const changeYaml = useCallback(
    (yaml: string) => setState((old) => ({ ...old, yaml, source: 'yaml', checking: true, edit: old.edit + 1 })),
    [],
  )
  return { ...state, touched: state.edit > 0, changeDraft, changeYaml }
}
