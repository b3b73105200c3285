import type { FlamePicture } from './picture'

/** What the grounds of the boxes mean. */
export const Legend = ({ legend }: Pick<FlamePicture, 'legend'>) => (
  <span className="flame-legend">
    {legend.map(({ tone, label }) => (
      <span key={tone} className="badge">
        <svg width="14" height="10" aria-hidden className={`flame-box flame-${tone}`}>
          <rect width="14" height="10" />
        </svg>
        {label}
      </span>
    ))}
  </span>
)
