import type { Dirent } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { AppError, appError, type Problem } from '../../../preload/contract'
import type { FoundFile } from '../../ports/staging'

interface LeftOut {
  path: string
  problem: Problem
}

const unreadable = (message: string): Problem => ({ code: 'input.file_unreadable', message })
const codeOf = (error: unknown): string | undefined => (error as { code?: string }).code
const maxPathLength = 1024

/** The deepest folder that holds them all. */
const commonFolder = (paths: readonly string[]): string =>
  paths
    .map((path) => dirname(path))
    .reduce((folder, next) => {
      let shared = folder
      while (shared !== next && !next.startsWith(shared.endsWith(sep) ? shared : shared + sep)) shared = dirname(shared)
      return shared
    })

/** As a staged path may be spelled. */
const nameOf = (path: string, folder: string): string =>
  relative(folder, path)
    .split(sep)
    .map((part) => part.replace(/[\u0000-\u001F\\]/g, '_'))
    .join('/')

const kindOf = (entry: Pick<Dirent, 'isSymbolicLink'>): string => (entry.isSymbolicLink() ? 'a link, which is not followed' : 'not a file')

class Walk {
  readonly files: FoundFile[] = []
  readonly leftOut: LeftOut[] = []

  constructor(
    private readonly folder: string,
    private readonly most: number,
  ) {}

  async named(path: string): Promise<void> {
    try {
      const found = await lstat(path)
      if (found.isDirectory()) await this.below(path)
      else if (found.isFile()) this.add(path, found.size)
      else this.leave(path, `${path} is ${kindOf(found)}.`)
    } catch (error) {
      if (error instanceof AppError || codeOf(error) === undefined) throw error
      this.leave(path, `${path} cannot be read (${String(codeOf(error))}).`)
    }
  }

  private async below(folder: string): Promise<void> {
    const entries = await readdir(folder, { withFileTypes: true })
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name)
      if (entry.name.startsWith('.')) this.leave(path, `${path} is hidden; name it to have it read.`)
      else if (entry.isDirectory() || entry.isFile()) await this.named(path)
      else this.leave(path, `${path} is ${kindOf(entry)}.`)
    }
  }

  private add(file: string, bytes: number): void {
    const path = nameOf(file, this.folder)
    if (path.length > maxPathLength) return this.leave(file, `The path of ${basename(file)} is longer than ${maxPathLength} characters.`)
    this.files.push({ path, file, bytes })
    if (this.files.length > this.most) throw appError('input.invalid', `There are more than ${this.most} files; name a smaller folder.`)
  }

  private leave(path: string, message: string): void {
    this.leftOut.push({ path, problem: unreadable(message) })
  }
}

/** Every file that the paths name or hold. Links are not followed. */
export const findFiles = async (paths: readonly string[], most: number): Promise<{ files: FoundFile[]; leftOut: LeftOut[] }> => {
  const absolute = [...new Set(paths.map((path) => resolve(path)))]
  const walk = new Walk(commonFolder(absolute), most)
  for (const path of absolute) await walk.named(path)
  const seen = new Set<string>()
  return { files: walk.files.filter(({ file }) => seen.size < seen.add(file).size), leftOut: walk.leftOut }
}
