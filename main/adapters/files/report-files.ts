import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ReportFiles } from '../../ports/report-printer'

export const createReportFiles = (dataDir: string): ReportFiles => ({
  async save(name, bytes) {
    const folder = join(dataDir, 'reports')
    await mkdir(folder, { recursive: true })
    const path = join(folder, name)
    await writeFile(`${path}.tmp`, bytes)
    await rename(`${path}.tmp`, path)
    return path
  },
})
