import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const find = (from: string): string => {
  if (existsSync(join(from, 'package.json'))) return from
  const parent = dirname(from)
  if (parent === from) throw new Error('The program is not complete: its package.json is missing.')
  return find(parent)
}

/** Folder that holds package.json and out/, wherever the bundler put this module. */
export const appRoot = find(import.meta.dirname)
export const rendererDir = join(appRoot, 'out/renderer')
export const labToolEntry = join(appRoot, 'out/main/lab-tool.js')
/** Inside the archive when packaged: threads read it there as the main process does. */
export const parseWorkerEntry = join(appRoot, 'out/main/parse-worker.js')
export const programVersion = (JSON.parse(readFileSync(join(appRoot, 'package.json'), 'utf8')) as { version: string }).version
