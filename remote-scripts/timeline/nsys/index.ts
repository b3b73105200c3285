import type { DatabaseFormat, FormatParser, StreamFormat } from '../../_kit/probe'
import { nsysSqlite } from './sqlite'
import { nsysStats } from './stats'
import { nsysTrace } from './trace'

export const nsysFormats: FormatParser[] = [nsysStats]
export const nsysStreams: StreamFormat[] = [nsysTrace]
export const nsysDatabases: DatabaseFormat[] = [nsysSqlite]
