import type { Comparison } from '../../charts/model'
import { useT } from '../../messages'
import { neutralise } from '../../ui/sanitise'
import { VerdictIcon } from './verdict'

/** The answer first: one sentence per headline metric; an abstention says why and what would answer it. */
export const Verdicts = ({ comparison }: { comparison: Comparison }) => {
  const t = useT()
  return (
    <section className="section" aria-label={t.compare.headlines}>
      {comparison.headlines.length === 0 ? (
        <p className="muted">{t.compare.noHeadline}</p>
      ) : (
        <ul className="verdicts">
          {comparison.headlines.map((headline, index) => (
            <li key={index} className={headline.verdict === 'cannot_answer' ? 'verdict tone-caution' : 'verdict'}>
              <VerdictIcon verdict={headline.verdict} />
              <span>{neutralise(headline.sentence)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
