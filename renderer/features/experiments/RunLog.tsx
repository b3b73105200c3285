import { useState } from 'react'
import type { Run } from '../../../preload/contract/experiment'
import { useFormats, useT } from '../../messages'
import { Button } from '../../ui/Button'
import { LogView } from '../../ui/LogView'
import { ProblemView } from '../../ui/Problem'
import { Tabs } from '../../ui/Tabs'
import { neutralise } from '../../ui/sanitise'
import { isLogName } from './log-names'
import { useRunLog } from './useRunLog'

const LogTab = ({ run, name }: { run: Run; name: string }) => {
  const t = useT()
  const formats = useFormats()
  const log = useRunLog(run, name)
  return (
    <div className="stack">
      {log.failure ? <ProblemView problem={log.failure} compact /> : null}
      <LogView text={log.text} label={name} />
      {log.bytesLeft > 0 && !log.loading ? (
        <div>
          <Button onPress={log.loadMore}>{t.log.more(formats.bytes(log.bytesLeft))}</Button>
        </div>
      ) : null}
    </div>
  )
}

/** Log files of a launch: live text while it runs, the collected bytes afterwards. */
export const RunLog = ({ run }: { run: Run }) => {
  const t = useT()
  const [chosen, setChosen] = useState<string | null>(null)
  const collected = run.artifacts.filter(({ name, bytes }) => bytes > 0 && isLogName(name)).map(({ name }) => name)
  const live = run.commands.map((command) => `${command.role}/stdout`)
  const names = [...new Set(collected.length > 0 ? collected : live)]
  // The last role to start is the one that measures; some tools print to a file of their own.
  const measuring = `${run.commands.at(-1)?.role}/`
  const selected =
    names.find((name) => name === chosen) ??
    names.find((name) => name === `${measuring}stdout`) ??
    names.find((name) => name.startsWith(measuring)) ??
    names[0]
  if (run.status === 'pending' || selected === undefined) return null
  return (
    <section className="section">
      <h3>{t.run.sections.log}</h3>
      <Tabs
        label={t.log.files}
        selected={selected}
        onSelect={setChosen}
        tabs={names.map((name) => ({
          id: name,
          label: neutralise(name),
          content: <LogTab key={`${run.id} ${name}`} run={run} name={name} />,
        }))}
      />
    </section>
  )
}
