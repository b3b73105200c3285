import { Square } from 'lucide-react'
import type { ImportProgress } from '../../../preload/contract/imports'
import { useAction, useApi } from '../../app/api'
import { useFormats, useT } from '../../messages'
import { Button } from '../../ui/Button'
import { Progress } from '../../ui/Progress'
import { leaveRest, resumeSending, stopSending } from './session'
import type { Sending } from './state'

/** Long enough for a rate to mean something, ms. */
const rateAfterMs = 1000

const useSendingEnd = (sending: Sending): string => {
  const t = useT()
  const formats = useFormats()
  const elapsed = Date.now() - sending.startedAt
  const gone = sending.bytes - sending.startedBytes
  if (sending.state !== 'sending' || elapsed < rateAfterMs || gone === 0) return ''
  const rate = (gone * 1000) / elapsed
  const left = (sending.totalBytes - sending.bytes) / rate
  return [t.imports.perSecond(formats.bytes(rate)), t.imports.timeLeft(formats.duration(left))].join(' · ')
}

/** Files on their way from the browser to the core. */
export const SendingStrip = ({ sending }: { sending: Sending }) => {
  const t = useT()
  const formats = useFormats()
  const { client } = useApi()
  const end = useSendingEnd(sending)
  const stopped = sending.state === 'stopped'
  if (sending.state === 'collecting') {
    return (
      <div className="import-progress" role="status">
        <span>{t.imports.collecting}</span>
        <span className="muted number">{t.imports.collected(sending.totalFiles)}</span>
        <Button icon={<Square size={14} aria-hidden />} onPress={stopSending}>
          {t.imports.stop}
        </Button>
      </div>
    )
  }
  const parts = [
    stopped ? t.imports.stopped : t.imports.sending,
    t.imports.filesOf(sending.files, sending.totalFiles),
    t.imports.bytesOf(formats.bytes(sending.bytes), formats.bytes(sending.totalBytes)),
  ]
  return (
    <div className="import-progress">
      <Progress label={t.imports.sending} done={sending.bytes} total={sending.totalBytes} text={parts.join(' · ')} end={end} />
      {stopped ? (
        <>
          <Button kind="primary" onPress={() => void resumeSending(client)}>
            {t.imports.goOn}
          </Button>
          <Button onPress={() => void leaveRest(client)}>{t.imports.leaveRest}</Button>
        </>
      ) : (
        <Button icon={<Square size={14} aria-hidden />} onPress={stopSending}>
          {t.imports.stop}
        </Button>
      )}
    </div>
  )
}

/** What the core is doing with them: recognising or storing. */
export const CoreStrip = ({ progress }: { progress: ImportProgress }) => {
  const t = useT()
  const formats = useFormats()
  const cancel = useAction('imports.cancel')
  const storing = progress.phase === 'storing'
  const name = storing ? t.imports.storing : t.imports.reading
  const text = [
    name,
    t.imports.filesOf(progress.done, progress.total),
    t.imports.bytesOf(formats.bytes(progress.bytes), formats.bytes(progress.totalBytes)),
  ].join(' · ')
  const end = [
    ...(progress.filesPerSecond === null ? [] : [t.imports.filesPerSecond(formats.number(progress.filesPerSecond, 3))]),
    ...(progress.etaSeconds === null ? [] : [t.imports.timeLeft(formats.duration(progress.etaSeconds))]),
  ].join(' · ')
  return (
    <div className="import-progress">
      <Progress label={name} done={progress.done} total={progress.total} text={text} end={end} />
      <Button icon={<Square size={14} aria-hidden />} isDisabled={cancel.pending} onPress={() => void cancel.run({ id: progress.id })}>
        {storing ? t.imports.stopStoring : t.imports.stop}
      </Button>
    </div>
  )
}
