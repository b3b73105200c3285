import fc from 'fast-check'
import { expect, it } from 'vitest'
import { printDcgmiDmon, type ProfileSample } from '../../../main/adapters/lab/reports/dcgmi-dmon'
import { formats } from '../../corpus/formats'

const share = fc.option(fc.integer({ min: 0, max: 1000 }).map((value) => value / 1000))
const sample: fc.Arbitrary<ProfileSample> = fc.record({
  gpu: fc.nat(15),
  engineActive: share,
  smActive: share,
  tensorActive: share,
  dramActive: share,
})

const metrics = [
  ['gpu.gr_engine_active', 'engineActive'],
  ['gpu.sm_active', 'smActive'],
  ['gpu.tensor_active', 'tensorActive'],
  ['gpu.dram_active', 'dramActive'],
] as const

it('what dcgmi dmon prints of known shares is read as these shares', () => {
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 30 }), (samples) => {
      const [result] = formats.get('dcgmi-dmon')?.parse(printDcgmiDmon(samples)) ?? []
      expect(result?.rows).toEqual({ understood: samples.length, skipped: 0 })
      for (const [metric, key] of metrics) {
        const found = result?.measurements.filter((one) => one.metric === metric).map((one) => [one.dimensions['gpu'], one.value])
        expect(found).toEqual(samples.flatMap((one) => (one[key] === null ? [] : [[one.gpu, one[key]]])))
      }
    }),
    { numRuns: 200 },
  )
})
