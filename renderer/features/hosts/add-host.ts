import { hostSpec, slug, type HostSpec } from '../../../preload/contract/plan'

export interface HostDraft {
  name: string
  kind: 'alias' | 'address' | 'local'
  alias: string
  address: string
  setup: string
  python: string
}

export type DraftError = 'badName' | 'nameTaken' | 'badAddress'

/** What is wrong with the draft, by field; an empty object: nothing. */
export const draftErrors = (draft: HostDraft, taken: readonly string[]): { name?: DraftError; target?: DraftError } => {
  const name = !slug.safeParse(draft.name).success ? 'badName' : taken.includes(draft.name) ? 'nameTaken' : null
  const target = draft.kind !== 'local' && !hostSpec.shape.ssh.unwrap().safeParse(targetText(draft)).success ? 'badAddress' : null
  return { ...(name ? { name } : {}), ...(target ? { target } : {}) }
}

const targetText = (draft: HostDraft): string => (draft.kind === 'alias' ? draft.alias : draft.address.trim())

export const draftSpec = (draft: HostDraft): HostSpec => ({
  ...(draft.kind === 'local' ? { local: true as const } : { ssh: targetText(draft) }),
  ...(draft.setup.trim() === '' ? {} : { setup: draft.setup.trim() }),
  ...(draft.python.trim() === '' ? {} : { python: draft.python.trim() }),
})

/** A name for a target: `root@gpu-07.lab:2222` -> `gpu-07`. */
export const suggestName = (target: string): string => {
  const host = target
    .trim()
    .replace(/^[^@]*@/, '')
    .replace(/:\d+$/, '')
  const short = /^[\d.:[\]]+$/.test(host) ? host : (host.split('.')[0] ?? '')
  return short
    .replace(/[^A-Za-z0-9_.-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 64)
}
