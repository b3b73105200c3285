import { createHash } from 'node:crypto'
import { constants, open, type FileHandle } from 'node:fs/promises'

// A link put in an artifact's place must not lead elsewhere. Windows has no such flag.
const noFollow = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW

export const openForReading = (path: string): Promise<FileHandle> => open(path, constants.O_RDONLY | noFollow)

/** SHA-256 and size, in constant memory. */
export const hashFile = async (path: string): Promise<{ sha256: string; bytes: number }> => {
  const file = await openForReading(path)
  try {
    const hash = createHash('sha256')
    const buffer = Buffer.allocUnsafe(1 << 20)
    let bytes = 0
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null)
      if (bytesRead === 0) return { sha256: hash.digest('hex'), bytes }
      hash.update(buffer.subarray(0, bytesRead))
      bytes += bytesRead
    }
  } finally {
    await file.close()
  }
}
