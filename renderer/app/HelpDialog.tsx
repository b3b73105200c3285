import { Fragment, type ReactNode } from 'react'
import { useT } from '../messages'
import { Button } from '../ui/Button'
import { Dialog } from '../ui/Dialog'
import { useUi } from './ui-state'

const isMac = /Mac/.test(globalThis.navigator?.userAgent ?? '')

/** What the keyboard can do. */
export const HelpDialog = () => {
  const t = useT()
  const open = useUi((state) => state.overlay === 'help')
  const close = useUi((state) => state.overlayClosed)
  const go = (letter: string): ReactNode => (
    <>
      <kbd>g</kbd> <span className="muted">{t.help.then}</span> <kbd>{letter}</kbd>
    </>
  )
  const rows: [ReactNode, string][] = [
    [
      <>
        <kbd>{isMac ? '⌘' : 'Ctrl'}</kbd> <kbd>K</kbd>
      </>,
      t.help.palette,
    ],
    [go('h'), t.help.goHosts],
    [go('e'), t.help.goExperiments],
    [go('l'), t.help.goImport],
    [go('c'), t.help.goCompare],
    [go('i'), t.help.goIndicators],
    [go('r'), t.help.goReports],
    [
      <>
        <kbd>←</kbd> <kbd>↑</kbd> <kbd>↓</kbd> <kbd>→</kbd>
      </>,
      t.help.arrows,
    ],
    [<kbd>Esc</kbd>, t.help.escape],
    [<kbd>?</kbd>, t.help.thisHelp],
  ]
  return (
    <Dialog title={t.help.title} open={open} onClose={close}>
      <dl className="keys">
        {rows.map(([keys, meaning]) => (
          <Fragment key={meaning}>
            <dt>{keys}</dt>
            <dd>{meaning}</dd>
          </Fragment>
        ))}
      </dl>
      <div className="dialog-actions">
        <Button onPress={close}>{t.common.close}</Button>
      </div>
    </Dialog>
  )
}
