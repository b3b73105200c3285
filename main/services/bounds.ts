import type { Environment, Experiment } from '../../preload/contract'
import { sharedMessages, type Language } from '../../preload/contract/messages'
import { firstBound, lineRateBounds, type BoundProvider } from '../core/analysis/bounds'
import { queueBounds } from '../core/analysis/queue-bounds'
import { zeroBounds } from '../core/analysis/zero-bounds'

/** What theory allows the launches of an experiment, sentences in `language`. */
export const boundsOf = (experiment: Experiment, environments: readonly Environment[], language: Language): BoundProvider =>
  firstBound(
    lineRateBounds(
      experiment.plan?.fabrics ?? {},
      Object.fromEntries(environments.map(({ host, inventory }) => [host, inventory])),
      sharedMessages[language],
    ),
    zeroBounds(sharedMessages[language]),
    queueBounds(sharedMessages[language]),
  )
