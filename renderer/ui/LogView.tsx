import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useFormats, useT } from '../messages'
import { Button } from './Button'
import { toLines } from './sanitise'

const lineHeightPx = 18
/** How near to the end, in px, still counts as reading the end. */
const endSlackPx = 24

/** Lines of a log, only the visible ones in the page; follows the end until the reader scrolls away. */
export const LogView = ({ text, label }: { text: string; label: string }) => {
  'use no memo' // the virtualizer mutates itself between renders
  const t = useT()
  const formats = useFormats()
  const lines = useMemo(() => toLines(text), [text])
  const scroller = useRef<HTMLDivElement>(null)
  const [following, setFollowing] = useState(true)
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeightPx,
    overscan: 20,
  })
  useEffect(() => {
    if (following && scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight
  }, [following, lines])
  const scrolled = (): void => {
    const box = scroller.current
    if (box) setFollowing(box.scrollHeight - box.scrollTop - box.clientHeight < endSlackPx)
  }
  if (lines.length === 0) return <p className="muted">{t.log.empty}</p>
  return (
    <div className="stack">
      <div className="log" ref={scroller} onScroll={scrolled} tabIndex={0} role="log" aria-label={label} aria-live="off">
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => (
            <div key={item.index} className="log-line" style={{ transform: `translateY(${item.start}px)` }}>
              {lines[item.index]}
            </div>
          ))}
        </div>
      </div>
      <div className="spread">
        <span className="muted small">{t.log.lines(formats.number(lines.length, 9))}</span>
        {following ? null : (
          <Button kind="quiet" onPress={() => setFollowing(true)}>
            {t.log.follow}
          </Button>
        )}
      </div>
    </div>
  )
}
