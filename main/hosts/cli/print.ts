import { sharedMessages, type Language } from '../../../preload/contract/messages'
import { neutralise } from '../../services/text'

let spoken: Language = 'en'

/** What this process prints from now on is in this language; a command line asks for one. */
export const speak = (language: Language): void => {
  spoken = language
}

/** A sentence of ours, or one that a problem, a warning or a probe says, in the language that was asked for. */
export const say = (english: string): string => sharedMessages[spoken].phrase(english)

/** A reader that leaves early (`| head -1`) is no error; an output that cannot be written is, and the work goes on to its end. */
export const surviveClosedOutput = (): void => {
  let failed = false
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code === 'EPIPE' || failed) return
    failed = true
    process.stderr.write(`${say(`The output cannot be written: ${error.message}`)}\n`)
    process.on('exit', () => {
      process.exitCode = 1
    })
  }
  process.stdout.on('error', onError)
  process.stderr.on('error', () => {
    // Nobody reads the diagnostics any more, and there is nowhere left to say so.
    failed = true
  })
}

/** Progress and remarks. */
export const remark = (english: string): void => {
  process.stderr.write(`${neutralise(say(english))}\n`)
}

/** The one JSON document of a command. */
export const printJson = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}

/** Names and messages of hosts and files are in it: nothing of them may act on the terminal. */
export const printLine = (text = ''): void => {
  process.stdout.write(`${neutralise(text)}\n`)
}

/** A sentence of ours. */
export const sayLine = (english: string): void => printLine(say(english))

/** `done SIMULATED`, in the language that was asked for. */
export const simulatedMark = (simulated: boolean): string => (simulated ? `  ${say('SIMULATED')}` : '')

/** East Asian wide characters take two columns in a terminal. */
const width = (text: string): number =>
  [...text].reduce(
    (sum, char) =>
      sum + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(char) ? 2 : 1),
    0,
  )

/** Left-aligned columns under heads of ours; numbers are formatted by the caller. */
export const printTable = (heads: string[], given: string[][]): void => {
  const header = heads.map((head) => neutralise(say(head)))
  const rows = given.map((row) => row.map(neutralise))
  const widths = header.map((title, column) => Math.max(width(title), ...rows.map((row) => width(row[column] ?? ''))))
  const line = (cells: string[]): string =>
    cells
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - width(cell))))
      .join('  ')
      .trimEnd()
  for (const cells of [header, ...rows]) printLine(line(cells))
}

export const seconds = (value: number): string => {
  if (value < 90) return `${value.toFixed(value < 10 ? 1 : 0)} s`
  const minutes = Math.round(value / 60)
  return minutes < 90 ? say(`${minutes} min`) : say(`${Math.floor(minutes / 60)} h ${minutes % 60} min`)
}

export const significant = (value: number, digits = 4): string =>
  Number.isInteger(value) && Math.abs(value) < 1e6 ? String(value) : Number(value.toPrecision(digits)).toString()
