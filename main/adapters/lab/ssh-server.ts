import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { timingSafeEqual } from 'node:crypto'
import { createServer, type Socket } from 'node:net'
import ssh2, { type AuthContext, type CipherAlgorithm, type Connection, type ParsedKey } from 'ssh2'
import { LAB_USER, serveSession } from './sessions'
import { serveSftp } from './sftp'
import { hostPath, type LabHostState } from './state'

export const SERVER_SOFTWARE = 'HeadroomSimulatedLab'

/** Those that Node's OpenSSL runs in hardware. */
const ciphers: CipherAlgorithm[] = ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes128-ctr', 'aes256-ctr']

const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)

const isAllowed = (context: AuthContext, userKey: ParsedKey): boolean => {
  if (context.method !== 'publickey' || context.username !== LAB_USER) return false
  if (context.key.algo !== userKey.type || !isSame(context.key.data, userKey.getPublicSSH())) return false
  // Without a signature the client only asks whether the key would do.
  if (!context.signature || !context.blob) return true
  return userKey.verify(context.blob, context.signature, context.hashAlgo) === true
}

export interface LabServer {
  port: number
  /** Shells that still run. */
  running: ReadonlySet<ChildProcessWithoutNullStreams>
  close(): Promise<void>
}

/** An SSH server on a free loopback port for one simulated host; public key of the one user only. */
export const startServer = async (dir: string, host: LabHostState, hostKey: string, userKey: ParsedKey): Promise<LabServer> => {
  const running = new Set<ChildProcessWithoutNullStreams>()
  const sockets = new Set<Socket>()
  const home = hostPath(dir, host.name, 'home')
  const serve = (client: Connection): void => {
    client.on('authentication', (context) => {
      if (isAllowed(context, userKey)) context.accept()
      else context.reject(['publickey'])
    })
    client.on('session', (accept) => {
      const session = accept()
      serveSession(session, dir, host, running)
      session.on('sftp', (acceptSftp) => serveSftp(acceptSftp(), home))
    })
    client.on('error', () => {
      // A client that breaks off is its own affair; the socket is gone with it.
      client.end()
    })
  }
  const server = new ssh2.Server({ hostKeys: [hostKey], ident: SERVER_SOFTWARE, algorithms: { cipher: ciphers } }, serve)
  // Sockets of our own making, because ssh2 leaves Nagle's algorithm on.
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    server.injectSocket(socket)
  })
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject)
    listener.listen(0, '127.0.0.1', resolve)
  })
  const address = listener.address()
  if (address === null || typeof address !== 'object') throw new Error('the simulated host got no port')
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      listener.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  return { port: address.port, running, close }
}
