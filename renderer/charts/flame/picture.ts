import type { FlameChange, FlameDiff, FlameProfile, FrameKind } from '../../../preload/contract/flame'
import type { Messages } from '../../messages'
import type { Formats } from '../../messages/format'
import { neutralise } from '../../ui/sanitise'
import { percentText, significant } from '../digits'
import type { FigureTable } from '../figure'

export type FlameWords = Messages['flame']

/** Ground of a box: whose code it is, or which way it changed. */
export type Tone = FrameKind | 'rest' | 'more' | 'less' | 'noise'

export interface Frame {
  name: string
  depth: number
  tone: Tone
  /** How strong the tone is, 0 to 1. */
  amount: number
  /** Behind the name, where there is room: `+3.2`. */
  mark: string
  /** Everything that is known of it, in one line. */
  said: string
}

/** A share of all samples per frame, 0 to 1; several of a difference. */
export interface Measure {
  id: string
  label: string
  shares: number[]
}

/** A flame graph, ready to draw. */
export interface FlamePicture {
  title: string
  subtitle: string
  caption: string
  notes: string[]
  legend: { tone: Tone; label: string }[]
  frames: Frame[]
  measures: Measure[]
  /** The measure that widths show first. */
  initial: number
  table: FigureTable
}

const longestTitleName = 40

/** `loss (train.py)` is `loss` in a title. */
export const shortFrame = (name: string): string => {
  const bare = neutralise(name).replace(/ \([^()]*\)$/, '')
  return bare.length > longestTitleName ? `${bare.slice(0, longestTitleName)}…` : bare
}

/** A count in full. */
const wholeNumber =
  (formats: Formats) =>
  (count: number): string =>
    formats.number(count, 15)

const cutNotes = ({ cut }: Pick<FlameProfile, 'cut'>, words: FlameWords, whole: (count: number) => string): string[] => [
  ...(cut.hidden > 0 ? [words.cut(whole(cut.hidden), percentText(cut.share))] : []),
  ...(cut.isCapped ? [words.capped] : []),
]

const nameOf = (names: FlameProfile['names'], name: number): string => neutralise(names[name]?.name ?? '')

/** One launch. */
export const profilePicture = (profile: FlameProfile, source: string, words: FlameWords, formats: Formats): FlamePicture => {
  const whole = wholeNumber(formats)
  const { samples, names, nodes, functions } = profile
  const share = (count: number): number => (samples > 0 ? count / samples : 0)
  const frames = nodes.map(({ name, depth, hidden, self, total }): Frame => {
    const text = depth === 0 ? words.all : hidden > 0 ? words.rest(whole(hidden)) : nameOf(names, name)
    return {
      name: text,
      depth,
      tone: depth === 0 || hidden > 0 ? 'rest' : (names[name]?.kind ?? 'native'),
      amount: 1,
      mark: '',
      said: words.said(
        text,
        [
          words.ofAll(percentText(share(total)), whole(total)),
          ...(hidden > 0 || depth === 0 ? [] : [words.own(percentText(share(self)))]),
        ].join(words.comma),
      ),
    }
  })
  const hottest = functions.reduce<FlameProfile['functions'][number] | null>(
    (best, one) => (best && best.self >= one.self ? best : one),
    null,
  )
  const kinds = (['python', 'native', 'kernel'] as const).filter((kind) =>
    nodes.some(({ name }) => name >= 0 && names[name]?.kind === kind),
  )
  return {
    title: hottest ? words.title(shortFrame(nameOf(names, hottest.name)), percentText(share(hottest.self))) : words.titleNone,
    subtitle: [words.samples(whole(samples)), source].filter(Boolean).join(words.comma),
    caption: words.caption,
    notes: [...(profile.isDifferential ? [words.twoProfiles] : []), ...cutNotes(profile, words, whole)],
    legend: kinds.map((kind) => ({ tone: kind, label: words.kinds[kind] })),
    frames,
    measures: [{ id: 'share', label: words.columns.total, shares: nodes.map(({ total }) => share(total)) }],
    initial: 0,
    table: {
      columns: [
        { head: words.columns.function, numeric: false },
        { head: words.columns.self, numeric: true },
        { head: words.columns.total, numeric: true },
        { head: words.columns.samples, numeric: true },
      ],
      rows: functions.map(({ name, self, total }) => ({
        cells: [nameOf(names, name), percentText(share(self)), percentText(share(total)), whole(total)],
      })),
    },
  }
}

/** Percentage points with a sign: `+3.2`. */
export const pointsText = (share: number): string => {
  const text = significant(Math.abs(share * 100), 2)
  return `${share < 0 ? '−' : '+'}${text}`
}

const isReal = ({ verdict }: FlameChange): boolean => verdict === 'more' || verdict === 'less'

const intervalText = ({ low, high }: FlameChange): string =>
  low === null || high === null ? '–' : `[${pointsText(low)}, ${pointsText(high)}]`

const saidOf = (one: FlameChange, name: string, words: FlameWords): string => {
  const change = words.fromTo(percentText(one.before), percentText(one.after))
  const interval = one.low === null ? [] : [`${words.points(pointsText(one.after - one.before))} ${intervalText(one)}`]
  return words.said(name, [change, ...interval, words.verdicts[one.verdict]].join(words.comma))
}

const diffTitle = ({ functions, names, reason, after }: FlameDiff, words: FlameWords): string => {
  if (reason !== null) return words.diff.titleUnknown
  const first = functions.find(isReal)
  if (!first) return words.diff.titleNoise
  const text = words.diff.change(shortFrame(nameOf(names, first.name)), pointsText(first.after - first.before))
  return words.diff.inArm(text, neutralise(String(after.level)))
}

/** Two arms. */
export const diffPicture = (diff: FlameDiff, words: FlameWords, formats: Formats): FlamePicture => {
  const whole = wholeNumber(formats)
  const { names, nodes, functions, before, after, reason, permutations } = diff
  const largest = Math.max(1e-9, ...nodes.filter(isReal).map((one) => Math.abs(one.after - one.before)))
  const frames = nodes.map((node): Frame => {
    const { name, depth, hidden } = node
    const text = depth === 0 ? words.all : hidden > 0 ? words.rest(whole(hidden)) : nameOf(names, name)
    const difference = node.after - node.before
    const real = isReal(node)
    return {
      name: text,
      depth,
      tone: hidden > 0 ? 'rest' : real ? (node.verdict as 'more' | 'less') : 'noise',
      // The eye must tell the smallest from noise.
      amount: real ? 0.3 + 0.7 * Math.min(1, Math.abs(difference) / largest) : 1,
      mark: real ? pointsText(difference) : '',
      said:
        hidden > 0 || depth === 0
          ? `${text}: ${words.fromTo(percentText(node.before), percentText(node.after))}`
          : saidOf(node, text, words),
    }
  })
  const side = ({ level, launches, samples }: FlameDiff['before']): string =>
    words.said(neutralise(String(level)), words.diff.launches(whole(launches), whole(samples)))
  return {
    title: diffTitle(diff, words),
    subtitle: [side(before), side(after)].join(' · '),
    caption: words.diff.caption,
    notes: [
      ...(reason === null ? [] : [words.diff.cannotAnswer(neutralise(reason))]),
      ...(permutations === null ? [] : [words.diff.method(whole(permutations))]),
      ...cutNotes(diff, words, whole),
    ],
    legend:
      reason === null
        ? [
            { tone: 'less', label: words.diff.legend.less(neutralise(String(after.level))) },
            { tone: 'noise', label: words.diff.legend.noise },
            { tone: 'more', label: words.diff.legend.more(neutralise(String(after.level))) },
          ]
        : [],
    frames,
    measures: [
      { id: 'before', label: neutralise(String(before.level)), shares: nodes.map((node) => node.before) },
      { id: 'after', label: neutralise(String(after.level)), shares: nodes.map((node) => node.after) },
    ],
    initial: 1,
    table: {
      columns: [
        { head: words.columns.function, numeric: false },
        { head: words.columns.selfIn(neutralise(String(before.level))), numeric: true },
        { head: words.columns.selfIn(neutralise(String(after.level))), numeric: true },
        { head: words.columns.difference, numeric: true },
        { head: words.columns.interval, numeric: true },
        { head: words.columns.verdict, numeric: false },
      ],
      rows: functions.map((one) => ({
        cells: [
          nameOf(names, one.name),
          percentText(one.before),
          percentText(one.after),
          pointsText(one.after - one.before),
          intervalText(one),
          words.verdicts[one.verdict],
        ],
      })),
    },
  }
}
