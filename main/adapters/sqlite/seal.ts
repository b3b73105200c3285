import { closeSync, constants, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'

export const sealPath = (dataDir: string): string => join(dataDir, 'headroom.seal')

export interface SealContent {
  storeId: string
  commitSeq: number
}

/** The open seal file of a writer. */
export interface Seal {
  write(commitSeq: number): void
  close(): void
}

const pattern = /^headroom-seal 1 ([0-9a-f]{32}) ([0-9]{16}) ([0-9a-f]{8})\n$/
const crcOf = (body: string): string => crc32(body).toString(16).padStart(8, '0')
const textOf = ({ storeId, commitSeq }: SealContent): string => {
  const body = `headroom-seal 1 ${storeId} ${String(commitSeq).padStart(16, '0')}`
  return `${body} ${crcOf(body)}\n`
}

const readOnce = (path: string): SealContent | 'absent' | 'damaged' => {
  let text: string
  try {
    text = readFileSync(path, 'latin1')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'absent'
    throw error
  }
  const [, storeId = '', seq = '', crc = ''] = pattern.exec(text) ?? []
  if (crc === '' || crcOf(text.slice(0, -10)) !== crc) return 'damaged'
  return { storeId, commitSeq: Number(seq) }
}

/** What the seal says. Read again before it is called damaged: a writer may be in the middle of its 75 bytes. */
export const readSeal = (dataDir: string): SealContent | 'absent' | 'damaged' => {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const content = readOnce(sealPath(dataDir))
    if (content !== 'damaged') return content
  }
  return 'damaged'
}

/**
 * Writes the seal durably once, then overwrites it in place after each commit without fsync: it is a witness against a
 * damaged log and a killed process, and after a power cut it may only be behind, which is harmless.
 */
export const openSeal = (dataDir: string, content: SealContent): Seal => {
  const file = openSync(sealPath(dataDir), constants.O_RDWR | constants.O_CREAT, 0o644)
  const write = (commitSeq: number): void => {
    writeSync(file, textOf({ storeId: content.storeId, commitSeq }), 0, 'latin1')
  }
  write(content.commitSeq)
  fsyncSync(file)
  syncDirectory(dirname(sealPath(dataDir)))
  return { write, close: () => closeSync(file) }
}

/** Makes a new name in the folder durable. Windows cannot open a folder; NTFS journals names itself. */
export const syncDirectory = (path: string): void => {
  if (process.platform === 'win32') return
  const folder = openSync(path, constants.O_RDONLY)
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
