import { describe, expect, it } from 'vitest'
import { nodeAt, readXml, textAt } from './xml'

const rootOf = (text: string) => {
  const document = readXml(text)
  if (!document) throw new Error('no document')
  return document
}

describe('readXml', () => {
  it('reads elements, attributes, texts and character data', () => {
    const { root, truncated } = rootOf(
      '<?xml version="1.0"?><a x="1 &lt; 2"><!-- <b>no</b> --><b> 5 W </b><c/><d><![CDATA[<7>]]></d></a> trailing',
    )
    expect(truncated).toBe(false)
    expect(root.attributes.get('x')).toBe('1 < 2')
    expect(root.children.map(({ name, text }) => [name, text])).toEqual([
      ['b', '5 W'],
      ['c', ''],
      ['d', '<7>'],
    ])
  })

  it('expands no entity of the document, however deep it is nested', () => {
    const levels = Array.from({ length: 20 }, (_, level) => `<!ENTITY e${level + 1} "${`&e${level};`.repeat(10)}">`).join('')
    const { root } = rootOf(
      `<!DOCTYPE a [<!ENTITY e0 "boom">${levels}<!ENTITY f SYSTEM "file:///etc/passwd">]><a><b>&e20;</b><c>&f;&#65;&amp;</c></a>`,
    )
    expect(textAt(root, 'b')).toBe('&e20;')
    expect(textAt(root, 'c')).toBe('&f;A&')
  })

  it('stops at a bounded depth and size, in linear time', () => {
    const started = performance.now()
    expect(rootOf('<a>'.repeat(100_000)).truncated).toBe(true)
    expect(rootOf(`<a>${'<b/>'.repeat(1_000_000)}</a>`).truncated).toBe(true)
    expect(rootOf(`<a ${'x="1" '.repeat(200_000)}>`).truncated).toBe(true)
    expect(readXml(`<!DOCTYPE a [${'<!ENTITY '.repeat(200_000)}`)).toBeNull()
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  it('does not trust what closes otherwise than it opened, or says two things', () => {
    const { root } = rootOf('<r><a><t>1</t></b></a><c><t>2</t><t>3</t><u>4</u></c><d><t>5</t><t>5</t></d></r>')
    expect(nodeAt(root, 'a')).toBeUndefined()
    expect([textAt(root, 'c/t'), textAt(root, 'c/u'), textAt(root, 'd/t')]).toEqual([undefined, undefined, '5'])
    const cut = rootOf('<r><a><t>1</t></a><b><t>12')
    expect(cut.truncated).toBe(true)
    expect([textAt(cut.root, 'a/t'), textAt(cut.root, 'b/t')]).toEqual(['1', undefined])
  })
})
