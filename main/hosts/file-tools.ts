import { gunzip, gzip } from '../adapters/files/gzip'
import { openForeignDatabase } from '../adapters/sqlite/foreign-database'
import { maskDatabase } from '../adapters/sqlite/mask-foreign'
import type { FileTools } from '../ports/file-tools'

export const fileTools: FileTools = { openDatabase: openForeignDatabase, gunzip, gzip, maskDatabase }
