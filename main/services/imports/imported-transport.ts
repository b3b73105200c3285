import type { Arm, FabricSpec, ParseResult } from '../../../preload/contract'
import { proveTransport, type TransportProof } from '../../core/runs/transport'

const verbsWord = /^(infiniband|ib|[fehnqx]dr)\d*$/
const socketsWord = /^(ethernet|eth|tcp|sockets?|\d*gbe)\d*$/

/** What a fabric's label clearly claims; null for `fast`, or for a label that says both. */
const kindOf = (label: string): 'infiniband' | 'ethernet' | null => {
  const words = label.toLowerCase().split(/[^a-z0-9]+/)
  const [verbs, sockets] = [words.some((word) => verbsWord.test(word)), words.some((word) => socketsWord.test(word))]
  if (verbs === sockets) return null
  return verbs ? 'infiniband' : 'ethernet'
}

const textFacts = (results: readonly ParseResult[], name: string): string[] =>
  results.flatMap(({ facts }) => (typeof facts[name] === 'string' ? facts[name].split(', ') : []))

/** An HCA of no host: it only says that the arm means verbs, which is all that an imported log can contradict. */
const specs: Record<'infiniband' | 'ethernet', FabricSpec> = {
  infiniband: { kind: 'infiniband', hcas: { any: 'any' } },
  ethernet: { kind: 'ethernet' },
}

/** Did the log's traffic take what the arm's label says? A file has no counters, so its own words are the only witness. */
export const proveImported = (arm: Arm, results: readonly ParseResult[]): TransportProof => {
  const observed = textFacts(results, 'transport')
  const log = observed.length > 0 ? { observed, lines: observed.map((one) => `The log says: ${one}`) } : null
  const label = arm.fabric === undefined ? null : String(arm.fabric)
  const kind = label === null ? null : kindOf(label)
  // RoCE is verbs over Ethernet: neither word for its arm is wrong.
  const roce = textFacts(results, 'link_layer').some((layer) => /roce/i.test(layer))
  if (label !== null && kind !== null && log !== null && !roce) {
    const proof = proveTransport({ fabric: { name: label, spec: specs[kind] }, hosts: [], log, expectedBytes: null })
    return { ...proof, warnings: [] }
  }
  return { transport: { claimed: label, observed, proof: log ? 'log' : 'none', evidence: log?.lines ?? [] }, problem: null, warnings: [] }
}
