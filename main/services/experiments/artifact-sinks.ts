import { appError, type ArtifactRef } from '../../../preload/contract'
import type { CollectedJob, FileSink } from '../../ports/jobs'
import type { ArtifactStore } from '../../ports/store'

type Writer = Awaited<ReturnType<ArtifactStore['writer']>>

/** Takes the large files of one role straight into the artifact store, as `role/file`. `finish` or `abort` ends it. */
export class ArtifactSinks {
  private readonly writers = new Map<string, Writer>()

  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly role: string,
  ) {}

  /** Also for a file that an earlier, broken-off collect had begun: that part is dropped. */
  readonly sinkFor = async (name: string): Promise<FileSink> => {
    let writer = await this.begin(name)
    return {
      write: (chunk) => writer.write(chunk),
      restart: async () => {
        writer = await this.begin(name)
      },
    }
  }

  /** Durable references of what was streamed. Throws store.*, or remote.checksum_mismatch when the store holds other bytes than the host. */
  async finish(streamed: NonNullable<CollectedJob['streamed']>): Promise<ArtifactRef[]> {
    const references: ArtifactRef[] = []
    for (const file of streamed) {
      const writer = this.writers.get(file.name)
      if (!writer) throw appError('internal', `${this.role}/${file.name} was streamed, but not by this run`)
      const reference = await writer.finish()
      if (reference.sha256 !== file.sha256)
        throw appError('remote.checksum_mismatch', `${reference.name} was stored with other bytes than the host has`, {
          evidence: `host ${file.sha256}, here ${reference.sha256}`,
        })
      this.writers.delete(file.name)
      references.push(reference)
    }
    return references
  }

  /** Removes what was begun and not finished. */
  async abort(): Promise<void> {
    const open = [...this.writers.values()]
    this.writers.clear()
    await Promise.all(open.map((writer) => writer.abort()))
  }

  private async begin(name: string): Promise<Writer> {
    await this.writers.get(name)?.abort()
    const writer = await this.artifacts.writer(`${this.role}/${name}`)
    this.writers.set(name, writer)
    return writer
  }
}
