import type { ParseResult } from '../../../preload/contract'
import type { FormatParser } from '../../_kit/probe'
import { certain, notMine } from '../../_kit/detect'
import { isInventoryScript } from '../../_kit/nvidia'
import { fail, problemOf, warn } from '../../_kit/reading'
import { cleanText } from '../../_kit/text'
import { readXml, type XmlDocument } from '../../_kit/xml'
import { headOf, readSnapshot } from './smi-snapshot'

const rootTag = '<nvidia_smi_log>'
const maxDocuments = 20_000

/** The documents of a file: one, or one after another from a loop. */
const documentsOf = (text: string): XmlDocument[] => {
  const found: XmlDocument[] = []
  for (let at = text.indexOf(rootTag); at >= 0 && found.length < maxDocuments;) {
    const next = text.indexOf(rootTag, at + rootTag.length)
    // A document that was cut must not swallow the one behind it.
    const document = readXml(next < 0 ? text : text.slice(0, next), at)
    if (document) found.push(document)
    at = next
  }
  return found
}

const readDocument = ({ root, truncated }: XmlDocument, sample: number | null): ParseResult => {
  const gpus = root.children.filter(({ name }) => name === 'gpu')
  const reading = readSnapshot({ ...headOf(root), gpus: gpus.filter(({ broken }) => !broken || truncated), sample })
  const damaged = gpus.filter(({ broken }) => broken).length
  if (damaged > 0 && !truncated) {
    reading.rows.skipped += damaged
    warn(reading, 'xml_damaged', `${damaged} GPUs are left out: their elements do not close as they opened.`)
  }
  if (truncated) {
    warn(reading, 'truncated', 'The XML breaks off before its end.')
    fail(reading, 'parse.truncated', 'The XML breaks off before its end; what was complete is read.')
  } else if (gpus.length === 0) fail(reading, 'parse.no_rows', 'The XML lists no GPU.')
  return reading
}

/** nvidia-smi -q -x, schemas v10 to v13, by element names. */
export const smiXml: FormatParser = {
  id: 'nvidia-smi-xml',
  detect: (head) => (head.includes(rootTag) && !isInventoryScript(head) ? certain : notMine),
  parse(text) {
    const documents = documentsOf(cleanText(text))
    const results = documents.map((document, index) => readDocument(document, documents.length > 1 ? index : null))
    const last = results.at(-1)
    if (last && results.length === maxDocuments)
      last.problem ??= problemOf('parse.too_large', `Only the first ${maxDocuments} documents of the file are read.`)
    return results
  },
}
