import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printEthtool, printEthtoolStatistics } from '../../../main/adapters/lab/reports/ethtool'
import { rateOf, type IbPort } from '../../../main/adapters/lab/reports/ib-port'
import { printIbstat } from '../../../main/adapters/lab/reports/ibstat'
import { printIbstatus } from '../../../main/adapters/lab/reports/ibstatus'
import { printIbvDevinfo } from '../../../main/adapters/lab/reports/ibv-devinfo'
import { formats } from '../../corpus/formats'

const numRuns = 200

const card = (device: string): fc.Arbitrary<IbPort[]> =>
  fc.integer({ min: 1, max: 2 }).chain((count) =>
    fc.tuple(
      ...Array.from({ length: count }, (_, index) =>
        fc.record({
          device: fc.constant(device),
          port: fc.constant(index + 1),
          boardType: fc.constant('MT4123'),
          firmware: fc.constant('20.31.2006'),
          up: fc.boolean(),
          linkLayer: fc.constantFrom('InfiniBand' as const, 'Ethernet' as const),
          width: fc.constantFrom(1, 2, 4),
          laneGbps: fc.constantFrom(10, 14, 25, 50, 100, 200),
          speed: fc.constantFrom('QDR', 'FDR', 'EDR', 'HDR', 'NDR'),
          guid: fc.constant('0x1c34da0300abcdef'),
          lid: fc.nat(65_535),
        }),
      ),
    ),
  )

const ports = fc
  .integer({ min: 1, max: 5 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => card(`mlx5_${index}`))))
  .map((cards) => cards.flat())

const read = (id: string, text: string) => {
  const [result, ...more] = formats.get(id)?.parse(text) ?? []
  expect(more).toEqual([])
  expect(result?.problem).toBeNull()
  return result
}

const ratesOf = (result: ReturnType<typeof read>): unknown[] =>
  (result?.measurements ?? [])
    .filter(({ metric }) => metric === 'inventory.port_rate')
    .map(({ dimensions, value }) => [dimensions['nic'], dimensions['port'], value])

describe('what is printed of known ports is read as these ports', () => {
  it.each([
    ['ibstat', printIbstat],
    ['ibstatus', printIbstatus],
    ['ibv-devinfo', (list: readonly IbPort[]) => printIbvDevinfo(list, true)],
  ] as const)('%s', (id, print) => {
    fc.assert(
      fc.property(ports, (known) => {
        const result = read(id, print(known))
        expect(ratesOf(result)).toEqual(known.filter(({ up }) => up).map((port) => [port.device, port.port, rateOf(port) / 8]))
        expect(result?.facts['nic_count']).toBe(known.length)
        expect(result?.warnings.some(({ code }) => code === 'ib_port_down')).toBe(known.some(({ up }) => !up))
      }),
      { numRuns },
    )
  })

  it('ibv_devinfo without -v says no rate', () => {
    fc.assert(
      fc.property(ports, (known) => {
        const result = read('ibv-devinfo', printIbvDevinfo(known, false))
        expect(ratesOf(result)).toEqual([])
        expect(result?.facts['nic_count']).toBe(known.length)
      }),
      { numRuns: 50 },
    )
  })

  it('ethtool', () => {
    const link = fc.record({
      name: fc.constantFrom('eth0', 'ens1f0np0', 'enp65s0f1'),
      rateGbps: fc.constantFrom(1, 10, 25, 40, 100, 400),
      up: fc.boolean(),
      fullDuplex: fc.boolean(),
      port: fc.constantFrom('FIBRE', 'Direct Attach Copper'),
    })
    fc.assert(
      fc.property(link, (known) => {
        const result = read('ethtool', printEthtool(known))
        expect(ratesOf(result)).toEqual(known.up ? [[known.name, undefined, known.rateGbps / 8]] : [])
        expect(result?.facts['nics']).toMatchObject({
          [known.name]: { rate_gbps: known.up ? known.rateGbps : null, link_detected: known.up, port: known.port },
        })
      }),
      { numRuns },
    )
  })

  it('ethtool -S', () => {
    const counter = fc.tuple(fc.stringMatching(/^[a-z][a-z0-9_]{2,20}$/), fc.nat({ max: Number.MAX_SAFE_INTEGER }))
    fc.assert(
      fc.property(fc.uniqueArray(counter, { minLength: 1, maxLength: 30, selector: ([name]) => name }), (known) => {
        const result = read('ethtool-statistics', printEthtoolStatistics(known))
        expect(result?.measurements.map(({ dimensions, value }) => [dimensions['counter'], value])).toEqual(known)
      }),
      { numRuns },
    )
  })
})
