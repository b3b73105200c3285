import { ProgressBar } from 'react-aria-components'

/** A bar with what is done on the left and what is left on the right. */
export const Progress = ({ label, done, total, text, end }: { label: string; done: number; total: number; text: string; end?: string }) => (
  <ProgressBar aria-label={label} value={done} minValue={0} maxValue={Math.max(1, total)} valueLabel={text}>
    <div className="progress-text number">
      <span>{text}</span>
      <span className="muted">{end}</span>
    </div>
    <div className="progress-bar">
      <div className="progress-fill" style={{ width: `${total > 0 ? (100 * done) / total : 0}%` }} />
    </div>
  </ProgressBar>
)
