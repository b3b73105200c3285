import { catalogues } from '../../messages'
import { boxesOf, shapeOf } from '../../charts/flame/layout'
import { diffPicture } from '../../charts/flame/picture'
import { PaperFlame, rowsDrawn } from '../../charts/flame/PaperFlame'
import type { FlameDiff } from '../../../preload/contract/flame'
import { neutralise } from '../../ui/sanitise'
import { useReportContext } from './context'
import { textWidth } from './Results'

const Plate = ({ diff, number }: { diff: FlameDiff; number: number }) => {
  const { t, formats, lang } = useReportContext()
  const words = catalogues[lang].flame
  const picture = diffPicture(diff, words, formats)
  const shape = shapeOf(picture.frames.map(({ depth }) => depth))
  const boxes = boxesOf(shape, picture.measures[picture.initial]?.shares ?? [], 0, textWidth)
  const deeper = boxes.filter(({ row }) => row >= rowsDrawn).length
  const notes = [...picture.notes, ...(deeper > 0 ? [words.deeper(formats.number(deeper, 15), formats.number(rowsDrawn, 15))] : [])]
  return (
    <figure className="paper-figure">
      <PaperFlame picture={picture} boxes={boxes} width={textWidth} />
      <figcaption>
        <strong>{t.figure(number, picture.title)}</strong> {picture.subtitle}
        <br />
        {picture.caption} {notes.join(' ')}
      </figcaption>
    </figure>
  )
}

/** The arms of the flame probe, frame by frame, as in Compare. */
export const Flames = ({ firstFigure }: { firstFigure: number }) => {
  const { data, lang } = useReportContext()
  const words = catalogues[lang].flame
  const { flames } = data
  if (flames.length === 0) return null
  const platesBefore = (index: number): number => flames.slice(0, index).filter(({ diff }) => diff !== null).length
  return (
    <section>
      <h2>{words.section}</h2>
      {flames.map(({ factor, diff, problem }, index) => {
        if (diff) return <Plate key={index} diff={diff} number={firstFigure + platesBefore(index)} />
        const why = problem === null ? words.tooLong : words.diff.cannotAnswer(neutralise(problem))
        return <p key={index}>{words.said(neutralise(factor), why)}</p>
      })}
    </section>
  )
}
