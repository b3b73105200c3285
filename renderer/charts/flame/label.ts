import type { Frame } from './picture'

/** East Asian characters take the room of two others. */
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/
const roomOf = (text: string): number => [...text].reduce((sum, one) => sum + (wide.test(one) ? 2 : 1), 0)

/** The whole text, or its beginning and `…`, in so much room. */
const cut = (text: string, room: number): string => {
  if (roomOf(text) <= room) return text
  let kept = ''
  let left = room - 1
  for (const one of text) {
    left -= roomOf(one)
    if (left < 0) break
    kept += one
  }
  return `${kept}…`
}

/** As much of the name as there is room for, counted in narrow characters; its mark behind it where both are told. */
export const labelIn = ({ name, mark }: Pick<Frame, 'name' | 'mark'>, room: number): string => {
  if (room < 3) return ''
  const marked = mark === '' ? '' : ` ${mark}`
  const fits = roomOf(name) + marked.length <= room || room > marked.length + 8
  return fits ? cut(name, room - marked.length) + marked : cut(name, room)
}
