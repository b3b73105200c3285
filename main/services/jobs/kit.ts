import { createHash } from 'node:crypto'
import { appError } from '../../../preload/contract'
import { shellQuote } from './quote'

/** The scripts as they are deployed: whole, named by their content. */
export interface Kit {
  /** SHA-256 of the manifest, which holds the SHA-256 of every file. */
  sha256: string
  files: ReadonlyMap<string, string>
  manifest: string
  sizeBytes: number
}

const kitPath = /^(?:[A-Za-z0-9_][A-Za-z0-9_.-]*\/)*[A-Za-z0-9_][A-Za-z0-9_.-]*$/

export const sha256Hex = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex')

/** A checkout on Windows may hold CR, which no shell on the host reads. */
const asOnHost = (text: string): string => text.replaceAll('\r\n', '\n')

/** Throws input.invalid for a path or text that cannot be deployed. */
export const buildKit = (source: ReadonlyMap<string, string>): Kit => {
  const files = new Map([...source].map(([path, text]) => [path, asOnHost(text)] as const).sort(([a], [b]) => (a < b ? -1 : 1)))
  for (const [path, text] of files) {
    if (!kitPath.test(path) || path.includes('..') || path === 'MANIFEST')
      throw appError('input.invalid', `${path} cannot be a path of the kit`)
    if (text.includes('\0')) throw appError('input.invalid', `${path} is not a text file`)
  }
  const manifest = [...files].map(([path, text]) => `${sha256Hex(text)}  ${path}\n`).join('')
  const sizeBytes = [...files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), Buffer.byteLength(manifest))
  return { sha256: sha256Hex(manifest), files, manifest, sizeBytes }
}

/**
 * What the host's SHA-256 tool must print for these names in the kit's folder; names hold no blanks. Only what a launch of `script`
 * can use, the shared files and its probe's own, so that a launch does not cost more with every probe that the kit has.
 */
export const kitSums = (kit: Kit, script: string): { HR_KIT_NAMES: string; HR_KIT_SUMS: string } => {
  // A shared script may start any probe's.
  const own = script.startsWith('_kit/') ? '' : script.slice(0, script.indexOf('/') + 1)
  const isUsed = (path: string): boolean => path.startsWith('_kit/') || path.startsWith(own)
  const lines = kit.manifest.split('\n').filter((line) => line !== '' && isUsed(line.slice(66)))
  return {
    HR_KIT_NAMES: ['MANIFEST', ...[...kit.files.keys()].filter(isUsed)].join(' '),
    HR_KIT_SUMS: [`${kit.sha256}  MANIFEST`, ...lines].join('\n'),
  }
}

/** The shell function `hr_upload FOLDER` that writes the whole kit, without a process per file. */
export const uploadFunction = (kit: Kit): string => {
  const folders = [
    ...new Set([...kit.files.keys()].filter((path) => path.includes('/')).map((path) => path.slice(0, path.lastIndexOf('/')))),
  ]
  const write = (path: string, text: string): string => `printf %s ${shellQuote(text)} >"$1/${path}" || return 1\n`
  return [
    'hr_upload() {\n',
    folders.length > 0 ? `mkdir -p ${folders.map((folder) => `"$1/${folder}"`).join(' ')} || return 1\n` : '',
    ...[...kit.files].map(([path, text]) => write(path, text)),
    write('MANIFEST', kit.manifest),
    '}\n',
  ].join('')
}
