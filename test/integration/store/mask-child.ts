import { resolve } from 'node:path'
import { createSpool } from '../../../main/adapters/files/spool'
import { pathSource } from '../../../main/adapters/files/path-source'
import { createMaskDatabase } from '../../../main/adapters/sqlite/mask-foreign'
import { fileTools } from '../../../main/hosts/file-tools'
import { maskLarge } from '../../../main/services/imports/mask-large'

/** A reader at work on one file of an import, with a limit of memory that every database is above. Says when it begins and ends. */
const [path = '', folder = ''] = process.argv.slice(2)
process.stdout.write('begin\n')
const { secrets } = await maskLarge(pathSource(resolve(path)), {
  tools: { ...fileTools, maskDatabase: createMaskDatabase(0) },
  spool: createSpool(folder),
  open: (file, key) => pathSource(file, file, { follow: false, key }),
  onBytes: () => undefined,
})
process.stdout.write(`masked ${secrets}\n`)
