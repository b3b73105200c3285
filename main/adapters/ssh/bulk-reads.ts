import { createSecretKey } from 'node:crypto'
import type net from 'node:net'
import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'

/** What the kernel has ready is taken in one read. */
const readBytes = 512 * 1024
/** One for all sockets, since a chunk is used up or copied before the next read; Windows posts reads ahead, each into its own. */
const shared = process.platform === 'win32' ? null : Buffer.allocUnsafeSlow(readBytes)

const lending = new WeakSet<Duplex>()

/**
 * Socket options by which all reads land in one buffer, since a fresh one for every 64 KiB costs more than decrypting it.
 * Until `speedUpReads` says that its reader keeps no view of a chunk, each chunk takes the stream's usual way, as a copy.
 */
export const bulkReads = (socket: () => net.Socket): { onread: net.OnReadOpts } => ({
  onread: {
    buffer: shared ?? Buffer.allocUnsafeSlow(readBytes),
    callback: (length, buffer) => {
      const reader = socket()
      const chunk = Buffer.from(buffer.buffer, buffer.byteOffset, length)
      if (!lending.has(reader) || reader.readableFlowing !== true || reader.readableLength > 0) return reader.push(Buffer.from(chunk))
      reader.emit('data', chunk)
      return true
    },
  },
})

/** The one decipher of ssh2 that makes a cipher object per packet from `_decipherKey`, and whose output is always new memory. */
interface PacketwiseDecipher {
  _decipherKey: unknown
}

const packetwiseDecipherOf = (client: Client): PacketwiseDecipher | null => {
  const { _protocol: protocol } = client as unknown as { _protocol?: { _decipher?: object } }
  const decipher = protocol?._decipher
  return decipher !== undefined && '_decipherKey' in decipher ? decipher : null
}

/**
 * To be called at each end of a key exchange. Node takes a raw key apart anew for every packet, but not a key object of the
 * same bytes. Where ssh2 uses another decipher (its native addon decrypts in place), nothing changes.
 */
export const speedUpReads = (client: Client, socket: Duplex): void => {
  const decipher = packetwiseDecipherOf(client)
  if (!(decipher?._decipherKey instanceof Uint8Array)) {
    lending.delete(socket)
    return
  }
  decipher._decipherKey = createSecretKey(decipher._decipherKey)
  lending.add(socket)
}
