import { z } from 'zod'
import { appError, problemCode, type Problem, type Warning } from '../../../preload/contract'
import type { Counters, JobStatus } from '../../ports/jobs'
import { plainText } from './exchange'

/** One folder level, no hidden file, nothing that a tool could take for an option or a path out of the folder. */
export const outFileName = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}(?:\/[A-Za-z0-9_][A-Za-z0-9._-]{0,99})?$/
const factName = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/

const whole = z.union([
  z.literal('-').transform(() => null),
  z
    .string()
    .regex(/^\d{1,12}$/)
    .transform(Number),
])
const statusLine = z.object({
  state: z.enum(['absent', 'starting', 'running', 'done', 'lost']),
  exit: whole,
  why: z.string().max(40),
  ready: z.enum(['0', '1']),
  beat: whole.catch(null),
  simulated: z.enum(['0', '1']),
  odd: z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
})
export type StatusLine = z.infer<typeof statusLine>

/** Throws remote.tool_failed for anything that the agent does not write. */
export const parseStatusLine = (rest: string): StatusLine => {
  const fields = Object.fromEntries(rest.split(' ').map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]))
  const parsed = statusLine.safeParse(fields)
  if (!parsed.success)
    throw appError('remote.tool_failed', 'The host sent a job status that cannot be read', { evidence: plainText(rest, 300) })
  return parsed.data
}

/** `KEY<TAB>VALUE` lines, at most 256; the last value of a key holds. */
export const parseFacts = (text: string): Record<string, string> => {
  const facts = new Map<string, string>()
  for (const line of text.split('\n').slice(0, -1)) {
    const tab = line.indexOf('\t')
    const name = line.slice(0, tab)
    if (tab > 0 && factName.test(name) && (facts.has(name) || facts.size < 256)) facts.set(name, plainText(line.slice(tab + 1), 4096))
  }
  return Object.fromEntries(facts)
}

/** `device<TAB>rx<TAB>tx` lines; null for none. */
export const parseCounters = (text: string): Counters | null => {
  const counters = new Map<string, { rxBytes: number; txBytes: number }>()
  for (const line of text.split('\n')) {
    const match = /^([A-Za-z0-9_.@-]{1,64}(?::\d{1,4})?)\t(\d{1,20})\t(\d{1,20})$/.exec(line)
    if (match?.[1] && counters.size < 4096) counters.set(match[1], { rxBytes: Number(match[2]), txBytes: Number(match[3]) })
  }
  return counters.size === 0 ? null : Object.fromEntries(counters)
}

const toldProblem = (text: string): Problem | null => {
  const [line = ''] = text.split('\n')
  const tab = line.indexOf('\t')
  if (tab < 0) return null
  const code = problemCode.safeParse(line.slice(0, tab))
  const message = plainText(line.slice(tab + 1))
  return { code: code.success ? code.data : 'remote.tool_failed', message, ...(code.success ? {} : { evidence: plainText(line, 300) }) }
}

const endings: Record<string, Problem> = {
  cancelled: { code: 'run.cancelled', message: 'The job was cancelled' },
  timed_out: { code: 'remote.timed_out', message: 'The job reached its time limit and was ended on the host' },
  disk_full: {
    code: 'remote.disk_full',
    message: 'The disk that holds ~/.cache/headroom on the host is full; its output may be cut short',
  },
}

const lost = (line: StatusLine): Problem => {
  if (line.why === 'rebooted') return { code: 'remote.rebooted', message: 'The host was rebooted while the job ran' }
  const beat = line.beat === null ? '' : `; its last sign of life was ${line.beat} s ago`
  return { code: 'remote.lost', message: `The job's processes are gone and it left no exit code${beat}` }
}

/** The problem that a job's ending means; the probe's own words first. */
const problemOf = (line: StatusLine, texts: { problem: string; setup: string }): Problem | null => {
  if (line.state === 'lost') return lost(line)
  // A limit or a cancel makes tools fail in their own words as well: the cause is what counts.
  const ending = Object.hasOwn(endings, line.why) ? endings[line.why] : undefined
  if (ending) return ending
  if (line.why === 'setup_failed') {
    return { code: 'remote.tool_failed', message: "The host's setup failed before the probe began", evidence: plainText(texts.setup) }
  }
  const told = toldProblem(texts.problem)
  if (told) return told
  if (line.exit === 137) return { code: 'remote.killed', message: 'The job was killed on the host (signal KILL), often for want of memory' }
  return null
}

/** Puts a status together from its frames: status, entry…, .facts, .problem or .setup, told. */
export class StatusReader {
  private head: StatusLine | null = null
  private files = new Map<string, number>()
  private texts = { facts: '', problem: '', setup: '' }
  warnings: Warning[] = []

  line(verb: string, rest: string): JobStatus | null {
    if (verb === 'status') {
      this.head = parseStatusLine(rest)
      this.files = new Map()
      this.texts = { facts: '', problem: '', setup: '' }
    } else if (verb === 'entry') {
      const [size = '', name = ''] = rest.split(' ')
      if (/^\d{1,15}$/.test(size) && outFileName.test(name) && this.files.size < 2000) this.files.set(name, Number(size))
    } else if (verb === 'told' && this.head) {
      return this.finish(this.head)
    }
    return null
  }

  text(name: string, text: string): void {
    if (name === '.facts') this.texts.facts = text
    else if (name === '.problem') this.texts.problem = text
    else if (name === '.setup') this.texts.setup = text
  }

  private finish(head: StatusLine): JobStatus {
    this.warnings =
      head.odd > 0
        ? [
            {
              code: 'collect.refused',
              message: `${head.odd} entries of the job's output were left on the host: symbolic links, special files or names that are not plain`,
            },
          ]
        : []
    return {
      state: head.state,
      exitCode: head.exit,
      ready: head.ready === '1',
      facts: parseFacts(this.texts.facts),
      heartbeatAgeSeconds: head.beat,
      files: Object.fromEntries(this.files),
      problem: problemOf(head, this.texts),
      simulated: head.simulated === '1',
    }
  }
}
