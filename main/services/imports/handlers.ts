import { appError } from '../../../preload/contract'
import type { Handlers } from '../../../preload/contract/rpc'
import type { Imports } from './imports'

type ImportMethod = Extract<keyof Handlers, `imports.${string}`>
export type ImportHandlers = Pick<Handlers, ImportMethod>

const decode = (base64: string): Uint8Array => {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) throw appError('input.invalid', 'A piece is sent as Base64.')
  return Buffer.from(base64, 'base64')
}

/** The procedures of a staged import. */
export const importHandlers = (imports: Imports): ImportHandlers => ({
  'imports.open': async () => (await imports.open()).status(),
  'imports.add': async ({ id, path, offset, base64, last }) => ({
    received: await imports.find(id).addPiece({ path, offset, bytes: decode(base64), last }),
  }),
  'imports.addSmall': async ({ id, files }) => {
    const session = imports.find(id)
    const received = await Promise.all(
      files.map(({ path, base64 }) => session.addPiece({ path, offset: 0, bytes: decode(base64), last: true })),
    )
    return { received: received.reduce((sum, bytes) => sum + bytes, 0) }
  },
  'imports.addPaths': async ({ id, paths }) => imports.find(id).addPaths(paths),
  'imports.preview': async ({ id, probe, paths }) => {
    const session = imports.find(id)
    session.preview({ probe, paths })
    return session.status()
  },
  'imports.status': async ({ id }) => imports.status(id),
  'imports.files': async ({ id, offset, limit, show }) => imports.find(id).page(offset, limit, show),
  'imports.commit': async ({ id, ...request }) => imports.commit(id, request),
  'imports.cancel': async ({ id }) => imports.cancel(id),
  'imports.discard': async ({ id }) => {
    await imports.discard(id)
    return {}
  },
  'imports.list': async ({ experiment }) => imports.list(experiment),
  'imports.undo': async ({ id }) => imports.undo(id, true),
  'imports.restore': async ({ id }) => imports.undo(id, false),
})
