import { fail, setFacts, warn, type Reading } from '../../_kit/reading'
import { maxValues, type LaunchStore } from '../launch-store'

/** Says which figures were refused, and that values were summed up. */
export const reportNumbers = (reading: Reading, store: LaunchStore): void => {
  if (store.refused > 0) {
    const { counter, figure } = store.refusedExample ?? { counter: '', figure: '' }
    const said = `${store.refused} figures have one mark before three digits (${counter}: ${figure}), and nothing in the file tells whether it groups thousands.`
    warn(reading, 'ambiguous_number', said)
    fail(reading, 'parse.ambiguous_number', `${said} Export the report again with LC_ALL=C.`, figure)
  }
  if (!store.isSummedUp) return
  setFacts(reading, { summed_up: true })
  warn(
    reading,
    'summed_up',
    `${store.launches} launches have more than ${maxValues} values: each kernel's counters are given as mean, least and greatest over its launches.`,
  )
}
