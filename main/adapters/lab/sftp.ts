import { constants, type Stats } from 'node:fs'
import {
  chmod,
  lstat,
  mkdir,
  open,
  readdir,
  readlink,
  realpath,
  rename,
  rmdir,
  stat,
  truncate,
  unlink,
  utimes,
  type FileHandle,
} from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import ssh2, { type Attributes, type FileEntry, type SFTPWrapper } from 'ssh2'

const { STATUS_CODE, OPEN_MODE } = ssh2.utils.sftp
const MAX_READ = 256 * 1024

class Refused extends Error {}

const statusOf = (error: unknown): number => {
  if (error instanceof Refused) return STATUS_CODE.PERMISSION_DENIED
  const code = error instanceof Error && 'code' in error ? error.code : ''
  if (code === 'ENOENT' || code === 'ENOTDIR') return STATUS_CODE.NO_SUCH_FILE
  if (code === 'EACCES' || code === 'EPERM') return STATUS_CODE.PERMISSION_DENIED
  return STATUS_CODE.FAILURE
}

const attributesOf = (stats: Stats): Attributes => ({
  mode: stats.mode,
  uid: stats.uid,
  gid: stats.gid,
  size: stats.size,
  atime: Math.floor(stats.atimeMs / 1000),
  mtime: Math.floor(stats.mtimeMs / 1000),
})

const longName = (name: string, stats: Stats): string => {
  const kind = stats.isDirectory() ? 'd' : stats.isSymbolicLink() ? 'l' : '-'
  const bits = ['x', 'w', 'r']
  const mode = Array.from({ length: 9 }, (_, index) => ((stats.mode >> (8 - index)) & 1 ? bits[(8 - index) % 3] : '-')).join('')
  return `${kind}${mode} ${stats.nlink} ${stats.uid} ${stats.gid} ${stats.size} ${stats.mtime.toUTCString().slice(5, 22)} ${name}`
}

const nodeFlags = (flags: number): number => {
  const has = (bit: number): boolean => (flags & bit) !== 0
  const access = has(OPEN_MODE.WRITE) ? (has(OPEN_MODE.READ) ? constants.O_RDWR : constants.O_WRONLY) : constants.O_RDONLY
  return (
    access |
    (has(OPEN_MODE.APPEND) ? constants.O_APPEND : 0) |
    (has(OPEN_MODE.CREAT) ? constants.O_CREAT : 0) |
    (has(OPEN_MODE.TRUNC) ? constants.O_TRUNC : 0) |
    (has(OPEN_MODE.EXCL) ? constants.O_EXCL : 0)
  )
}

/** Paths inside the home folder only, also through symbolic links. */
const confine = (home: string) => {
  const inside = (path: string, root: string): string => {
    if (path !== root && !path.startsWith(root + sep)) throw new Refused('outside of the home folder')
    return path
  }
  /** The last part may be missing, or (without `follow`) be a link that is not followed. */
  return async (path: string, follow: boolean): Promise<string> => {
    const root = await realpath(home)
    const asked = resolve(root, path)
    if (follow) {
      try {
        return inside(await realpath(asked), root)
      } catch (error) {
        if (statusOf(error) !== STATUS_CODE.NO_SUCH_FILE) throw error
        // A dangling link would be created at its target.
        const isLink = await lstat(asked).then(
          (stats) => stats.isSymbolicLink(),
          () => false,
        )
        if (isLink) throw new Refused('a link to nothing')
      }
    }
    if (asked === root) return root
    return inside(join(await realpath(dirname(asked)), basename(asked)), root)
  }
}

type Open = { kind: 'file'; file: FileHandle } | { kind: 'folder'; path: string; names: string[] | null }

const applyAttributes = async (path: string, attributes: Attributes): Promise<void> => {
  if (typeof attributes.mode === 'number') await chmod(path, attributes.mode & 0o7777)
  if (typeof attributes.size === 'number') await truncate(path, attributes.size)
  if (typeof attributes.mtime === 'number') await utimes(path, attributes.atime, attributes.mtime)
}

/** SFTP version 3 on a real folder. */
export const serveSftp = (sftp: SFTPWrapper, home: string): void => {
  const handles = new Map<number, Open>()
  let nextHandle = 1
  const locate = confine(home)

  const answer = (id: number, work: () => Promise<void>): void => {
    work().catch((error: unknown) => sftp.status(id, statusOf(error), error instanceof Error ? error.message.slice(0, 200) : ''))
  }
  const done = (id: number): void => sftp.status(id, STATUS_CODE.OK)
  const remember = (id: number, opened: Open): void => {
    const buffer = Buffer.alloc(4)
    buffer.writeUInt32BE(nextHandle)
    handles.set(nextHandle, opened)
    nextHandle += 1
    sftp.handle(id, buffer)
  }
  const opened = (handle: Buffer): Open => {
    const found = handle.length === 4 ? handles.get(handle.readUInt32BE(0)) : undefined
    if (!found) throw new Error('no such handle')
    return found
  }
  const fileOf = (handle: Buffer): FileHandle => {
    const found = opened(handle)
    if (found.kind !== 'file') throw new Error('the handle is no file')
    return found.file
  }

  sftp.on('OPEN', (id, name, flags, attributes) =>
    answer(id, async () => {
      const path = await locate(name, true)
      const mode = typeof attributes.mode === 'number' ? attributes.mode & 0o777 : 0o666
      remember(id, { kind: 'file', file: await open(path, nodeFlags(flags), mode) })
    }),
  )
  sftp.on('READ', (id, handle, offset, length) =>
    answer(id, async () => {
      const buffer = Buffer.alloc(Math.min(length, MAX_READ))
      const { bytesRead } = await fileOf(handle).read(buffer, 0, buffer.length, offset)
      if (bytesRead === 0) sftp.status(id, STATUS_CODE.EOF)
      else sftp.data(id, buffer.subarray(0, bytesRead))
    }),
  )
  sftp.on('WRITE', (id, handle, offset, data) =>
    answer(id, async () => {
      const file = fileOf(handle)
      for (let written = 0; written < data.length;)
        written += (await file.write(data, written, data.length - written, offset + written)).bytesWritten
      done(id)
    }),
  )
  sftp.on('CLOSE', (id, handle) =>
    answer(id, async () => {
      const found = opened(handle)
      handles.delete(handle.readUInt32BE(0))
      if (found.kind === 'file') await found.file.close()
      done(id)
    }),
  )
  sftp.on('FSTAT', (id, handle) => answer(id, async () => sftp.attrs(id, attributesOf(await fileOf(handle).stat()))))
  sftp.on('STAT', (id, path) => answer(id, async () => sftp.attrs(id, attributesOf(await stat(await locate(path, true))))))
  sftp.on('LSTAT', (id, path) => answer(id, async () => sftp.attrs(id, attributesOf(await lstat(await locate(path, false))))))
  sftp.on('SETSTAT', (id, path, attributes) =>
    answer(id, async () => {
      await applyAttributes(await locate(path, true), attributes)
      done(id)
    }),
  )
  sftp.on('FSETSTAT', (id, handle, attributes) =>
    answer(id, async () => {
      const file = fileOf(handle)
      if (typeof attributes.mode === 'number') await file.chmod(attributes.mode & 0o7777)
      if (typeof attributes.size === 'number') await file.truncate(attributes.size)
      if (typeof attributes.mtime === 'number') await file.utimes(attributes.atime, attributes.mtime)
      done(id)
    }),
  )
  sftp.on('OPENDIR', (id, name) =>
    answer(id, async () => {
      const path = await locate(name, true)
      const names = await readdir(path)
      remember(id, { kind: 'folder', path, names: ['.', '..', ...names] })
    }),
  )
  sftp.on('READDIR', (id, handle) =>
    answer(id, async () => {
      const found = opened(handle)
      if (found.kind !== 'folder') throw new Error('the handle is no folder')
      const batch = found.names?.splice(0, 100) ?? []
      if (batch.length === 0) return sftp.status(id, STATUS_CODE.EOF)
      const entries = await Promise.all(
        batch.map(async (filename): Promise<FileEntry[]> => {
          // ".." of the home folder would tell about what is outside.
          const path = filename === '..' ? found.path : join(found.path, filename)
          const stats = await lstat(path).catch(() => null)
          return stats === null ? [] : [{ filename, longname: longName(filename, stats), attrs: attributesOf(stats) }]
        }),
      )
      sftp.name(id, entries.flat())
    }),
  )
  sftp.on('MKDIR', (id, path) =>
    answer(id, async () => {
      await mkdir(await locate(path, false))
      done(id)
    }),
  )
  sftp.on('RMDIR', (id, path) =>
    answer(id, async () => {
      await rmdir(await locate(path, false))
      done(id)
    }),
  )
  sftp.on('REMOVE', (id, path) =>
    answer(id, async () => {
      await unlink(await locate(path, false))
      done(id)
    }),
  )
  sftp.on('RENAME', (id, from, to) =>
    answer(id, async () => {
      await rename(await locate(from, false), await locate(to, false))
      done(id)
    }),
  )
  sftp.on('READLINK', (id, path) =>
    answer(id, async () => {
      const filename = await readlink(await locate(path, false))
      sftp.name(id, [{ filename, longname: filename, attrs: { mode: 0, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 } }])
    }),
  )
  sftp.on('REALPATH', (id, path) =>
    answer(id, async () => {
      const filename = await locate(path, true)
      sftp.name(id, [{ filename, longname: filename, attrs: { mode: 0, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 } }])
    }),
  )
  // Writing a link could point it outside; nobody needs it here.
  sftp.on('SYMLINK', (id) => sftp.status(id, STATUS_CODE.OP_UNSUPPORTED))
  // sftp-server ends with its input.
  sftp.once('end', () => sftp.end())
  sftp.once('close', () => {
    for (const entry of handles.values()) if (entry.kind === 'file') entry.file.close().catch(() => undefined)
    handles.clear()
  })
}
