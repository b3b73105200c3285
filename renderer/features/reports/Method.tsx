import { neutralise } from '../../ui/sanitise'
import { armLabel } from '../../ui/arms'
import { useReportContext } from './context'

/** Margin of equivalence in percent, as the verdicts used it; the program's own when none did. */
const usualMargin = 3

/** How it was measured and judged, so that the figures can be doubted on grounds. */
export const Method = () => {
  const { data, t, formats } = useReportContext()
  const { experiment, runs, comparisons } = data.model
  const { plan } = experiment
  const arms = [...new Set(runs.filter(({ warmup }) => !warmup).map(({ arm }) => armLabel(arm)))].join(', ')
  const margin = comparisons
    .flatMap(({ rows }) => rows.map(({ reasonParams }) => reasonParams['marginPercent']))
    .find((value) => value !== undefined)
  return (
    <section>
      <h2>{t.method}</h2>
      {plan ? (
        <>
          <p>
            <strong>{t.design}</strong> {neutralise(t.designText(arms, plan.repeats, plan.warmup))} {t.orders[plan.order.kind]}{' '}
            {t.seed(plan.order.seed)} {t.limits(formats.duration(plan.limits.run_seconds), plan.limits.retries)}
          </p>
          <p>
            <strong>{t.probes}</strong> {neutralise(plan.probes.map(({ probe, hosts }) => t.probeText(probe, hosts.join(', '))).join('; '))}
            . {t.proofText}
          </p>
        </>
      ) : (
        <p>{t.noEnvironment}</p>
      )}
      <p>
        <strong>{t.statistics}</strong> {t.statisticsText} {t.testText(String(margin ?? usualMargin))} {t.boundText}
      </p>
    </section>
  )
}
