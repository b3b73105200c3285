import { createServer } from 'node:http'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright'
import { findChromium } from '../../main/adapters/pdf/chromium-printer'
import { openStore } from '../../main/adapters/sqlite/open-store'
import { rendererDir } from '../../main/hosts/app-root'
import { compose } from '../../main/hosts/compose'
import { experimentOf, measurementOf, runOf, seriesOf } from '../integration/store/fixtures'
import type { BenchRow } from './bench'

const million = 1_000_000
const launches = 6
const barMs = 150
/** One sample each, far outside of the rest, at places no regular thinning would hit. */
const spike = { low: { at: 123_457, value: 3.25 }, high: { at: 876_543, value: 912.75 } } as const

const samplesOf = (seed: number): Float64Array => {
  const values = Float64Array.from(
    { length: million },
    (_, i) => 100 + 20 * Math.sin((i + seed) / 5000) + ((i * 7919 + seed * 104_729) % 1009) / 100,
  )
  values[spike.low.at] = spike.low.value
  values[spike.high.at] = spike.high.value
  return values
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const fill = (dataDir: string): void => {
  const store = openStore(dataDir)
  try {
    const runs = Array.from({ length: launches }, (_, i) =>
      runOf(`run-${i}`, 'exp-1', { position: i, repeat: (i >> 1) + 1, arm: { fabric: i % 2 ? 'fast' : 'ethernet' } }),
    )
    store.createExperiment(experimentOf('exp-1', { status: 'done' }), runs)
    runs.forEach((run, i) =>
      store.completeRun(
        { ...run, status: 'done' },
        [1024, 65_536, 1_048_576].map((size) => measurementOf(1 + i / 100, size)),
        [seriesOf(samplesOf(i))],
      ),
    )
  } finally {
    store.close()
  }
}

interface Drawn {
  ms: number
  low: number
  high: number
}

/** Opens a launch's samples in the app; milliseconds from the request to the frame after drawing, by the page's own clock. */
const openSamples = async (page: Page, place: number): Promise<Drawn> => {
  await page.evaluate(() => performance.clearMarks())
  await page.getByRole('tabpanel').getByRole('button').first().click()
  await page.getByRole('option').nth(place).click()
  await page.waitForFunction(() => performance.getEntriesByName('headroom.series.painted').length > 0)
  return page.evaluate(() => {
    const at = (name: string): number => performance.getEntriesByName(name).at(0)?.startTime ?? Number.NaN
    const y = (document.querySelector('.chart-plot') as HTMLElement & { data: { y: number[] }[] }).data[0]?.y ?? []
    return { ms: at('headroom.series.painted') - at('headroom.series.asked'), low: Math.min(...y), high: Math.max(...y) }
  })
}

const ours = async (page: Page, dataDir: string): Promise<Drawn[]> => {
  const app = await compose({ dataDir, host: 'web' })
  const site = await app.serve()
  try {
    await page.goto(site.url)
    await page.evaluate(() => (location.hash = '/compare/exp-1'))
    await page.getByRole('tab').last().click()
    await page.waitForFunction(() => performance.getEntriesByName('headroom.series.painted').length > 0)
    const drawn: Drawn[] = []
    // The first launch is on the page already; each further one is asked for, read, sent and drawn anew.
    for (let place = 1; place < launches; place += 1) drawn.push(await openSamples(page, place))
    return drawn
  } finally {
    await site.close()
    await app.close()
  }
}

const naivePage = `<!doctype html><meta charset="utf-8"><div id="plot" style="width:1000px;height:320px"></div><script src="/plotly.js"></script>`

/** What is done without thinning: every sample sent (as raw doubles, the cheapest way) and given to a scatter. */
const naive = async (page: Page): Promise<number[]> => {
  const plotly = readFileSync(createRequire(join(process.cwd(), 'package.json')).resolve('plotly.js-cartesian-dist-min'))
  const bytes = Buffer.from(samplesOf(0).buffer)
  const server = createServer((request, response) => {
    response.end(request.url === '/plotly.js' ? plotly : request.url === '/samples' ? bytes : naivePage)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    const once = (): Promise<number> =>
      page.evaluate(async () => {
        const start = performance.now()
        const values = new Float64Array(await (await fetch('/samples')).arrayBuffer())
        const { Plotly } = globalThis as unknown as {
          Plotly: { newPlot(id: string, data: object[], layout: object, config: object): Promise<unknown> }
        }
        await Plotly.newPlot('plot', [{ type: 'scatter', mode: 'lines', y: values, line: { width: 1 } }], {}, { displayModeBar: false })
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)))
        return performance.now() - start
      })
    await once()
    return [await once(), await once(), await once()]
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

export const bench = {
  name: 'chart',
  async run(): Promise<BenchRow[]> {
    const executablePath = findChromium()
    if (!executablePath || !existsSync(join(rendererDir, 'index.html'))) {
      process.stderr.write('chart: skipped, needs Chromium and a built renderer (npm run build)\n')
      return []
    }
    const dataDir = mkdtempSync(join(tmpdir(), 'headroom-bench-chart-'))
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
    try {
      fill(dataDir)
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
      const drawn = await ours(page, dataDir)
      const peer = median(await naive(page))
      const ms = median(drawn.map((one) => one.ms))
      const exact = drawn.every(({ low, high }) => low === spike.low.value && high === spike.high.value)
      return [
        {
          what: 'chart: 1,000,000 samples from the store to paint',
          ours: ms,
          peer,
          unit: 'ms',
          ratio: peer / ms,
          bar: `< ${barMs} ms`,
          pass: ms < barMs,
        },
        {
          what: 'chart: extremes exact in the drawn trace',
          ours: exact ? 1 : 0,
          peer: null,
          unit: '',
          ratio: null,
          bar: 'both',
          pass: exact,
        },
      ]
    } finally {
      await browser.close()
      rmSync(dataDir, { recursive: true, force: true })
    }
  },
}
