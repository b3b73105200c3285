import { LineCounter, parseDocument, stringify, type Document } from 'yaml'
import { planSchema, type Plan, type Problem } from '../../../preload/contract'
import { validatePlan } from '../../core/runs/design'
import type { Deps } from '../deps'
import { paramProblems } from './params'

export interface ParsedPlan {
  plan: Plan | null
  problems: Problem[]
}

const invalid = (message: string): Problem => ({ code: 'input.invalid', message })

const lineOf = (document: Document.Parsed, lines: LineCounter, path: PropertyKey[]): string => {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node: unknown = document.getIn(path.slice(0, depth), true)
    if (node && typeof node === 'object' && 'range' in node && Array.isArray(node.range)) {
      return ` (line ${lines.linePos(node.range[0] as number).line})`
    }
  }
  return ''
}

/** Checks text, schema, names and every probe's parameters; all problems at once, with line numbers. Never throws. */
export const parsePlanYaml = (deps: Pick<Deps, 'probes'>, yaml: string): ParsedPlan => {
  const lines = new LineCounter()
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: true, uniqueKeys: true, stringKeys: true })
  if (document.errors.length > 0) return { plan: null, problems: document.errors.map((error) => invalid(error.message)) }
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: 50 })
  } catch (error) {
    return { plan: null, problems: [invalid(error instanceof Error ? error.message : String(error))] }
  }
  const parsed = planSchema.safeParse(value)
  if (!parsed.success) {
    return {
      plan: null,
      problems: parsed.error.issues.map((issue) =>
        invalid(`${issue.path.map(String).join('.') || 'plan'}${lineOf(document, lines, issue.path)}: ${issue.message}`),
      ),
    }
  }
  return { plan: parsed.data, problems: planProblems(deps, parsed.data) }
}

/** What the schema cannot say: names that refer to nothing, unknown probes, parameters out of range. */
export const planProblems = (deps: Pick<Deps, 'probes'>, plan: Plan): Problem[] => [...validatePlan(plan), ...paramProblems(deps, plan)]

export const planToYaml = (plan: Plan): string => stringify(plan, { lineWidth: 120, defaultStringType: 'PLAIN', defaultKeyType: 'PLAIN' })
