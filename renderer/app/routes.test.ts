import { describe, expect, it } from 'vitest'
import { links, parseRoute } from './routes'
import { readShortcut } from './shortcuts'

describe('parseRoute', () => {
  it.each([
    ['', { name: 'hosts', host: null }],
    ['#/hosts/gpu-01', { name: 'hosts', host: 'gpu-01' }],
    ['#/experiments', { name: 'experiments' }],
    ['#/experiments/2026%2F1', { name: 'experiment', id: '2026/1', run: null }],
    ['#/plan', { name: 'plan' }],
    ['#/import', { name: 'import', id: null }],
    ['#/import/i%2F1', { name: 'import', id: 'i/1' }],
    ['#/compare', { name: 'compare', id: null }],
    ['#/compare/e1', { name: 'compare', id: 'e1' }],
    ['#/indicators', { name: 'indicators', id: null }],
    ['#/indicators/e1', { name: 'indicators', id: 'e1' }],
    ['#/print/e1?lang=zh-CN', { name: 'print', id: 'e1', lang: 'zh-CN' }],
    ['#/print/e1?lang=xx', { name: 'print', id: 'e1', lang: 'en' }],
    ['#/experiments/%E0%A4%A', { name: 'experiment', id: '%E0%A4%A', run: null }],
    ['#/nowhere', { name: 'unknown', hash: '#/nowhere' }],
  ])('%s', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route)
  })

  it('reads back every link, whatever the id holds', () => {
    const id = 'a/b?c#d%20 é'
    expect(parseRoute(links.experiment(id))).toEqual({ name: 'experiment', id, run: null })
    expect(parseRoute(links.experiment(id, 'run-1'))).toEqual({ name: 'experiment', id, run: 'run-1' })
    expect(parseRoute(links.reports(id))).toEqual({ name: 'reports', id })
    expect(parseRoute(links.imports(id))).toEqual({ name: 'import', id })
    expect(parseRoute(links.indicators(id))).toEqual({ name: 'indicators', id })
    expect(parseRoute(links.compare(id))).toEqual({ name: 'compare', id })
    expect(parseRoute(links.hosts(id))).toEqual({ name: 'hosts', host: id })
  })
})

describe('readShortcut', () => {
  const key = (name: string, more: Partial<{ ctrlKey: boolean; metaKey: boolean; altKey: boolean }> = {}) => ({
    key: name,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    ...more,
  })

  it('opens the palette even while typing', () => {
    expect(readShortcut(key('k', { ctrlKey: true }), false, true)).toEqual({ kind: 'palette' })
    expect(readShortcut(key('K', { metaKey: true }), false, false)).toEqual({ kind: 'palette' })
  })

  it('goes to a screen by g and a letter, and never while typing', () => {
    expect(readShortcut(key('g'), false, false)).toEqual({ kind: 'wait' })
    expect(readShortcut(key('e'), true, false)).toEqual({ kind: 'go', hash: '#/experiments' })
    expect(readShortcut(key('e'), false, false)).toEqual({ kind: 'none' })
    expect(readShortcut(key('e'), true, true)).toEqual({ kind: 'none' })
    expect(readShortcut(key('toString'), true, false)).toEqual({ kind: 'none' })
  })
})
