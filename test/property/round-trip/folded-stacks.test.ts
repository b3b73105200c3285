import fc from 'fast-check'
import { expect, it } from 'vitest'
import { printFoldedStacks } from '../../lab/printers/folded-stacks'
import { foldedStacks } from '../../../remote-scripts/flame/formats/folded-stacks'

const frame = fc.constantFrom(
  'main',
  'train',
  'forward',
  'backward',
  'load',
  'read_[k]',
  'std::vector<int>::push_back',
  'operator new',
  '[unknown]',
)
const stack = fc.record({ frames: fc.array(frame, { minLength: 2, maxLength: 8 }), samples: fc.integer({ min: 1, max: 1e6 }) })

const functionOf = (name: string): string => name.replace('_[k]', '')

it('folded stacks give the samples printed into them, however the bytes are cut', () => {
  fc.assert(
    fc.property(fc.array(stack, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 50 }), (stacks, length) => {
      const bytes = new TextEncoder().encode(printFoldedStacks(stacks))
      const reader = foldedStacks.open()
      for (let at = 0; at < bytes.length; at += length) reader.push(bytes.slice(at, at + length))
      const [result] = reader.end()
      const value = (metric: string, name?: string): number =>
        result?.measurements.find((entry) => entry.metric === metric && (name === undefined || entry.dimensions['function'] === name))
          ?.value ?? 0
      const sum = (some: typeof stacks): number => some.reduce((total, { samples }) => total + samples, 0)
      expect(value('flame.samples')).toBe(sum(stacks))
      for (const name of new Set(stacks.flatMap(({ frames }) => frames.map(functionOf)))) {
        expect(value('flame.self_samples', name)).toBe(sum(stacks.filter(({ frames }) => functionOf(frames.at(-1) ?? '') === name)))
        expect(value('flame.total_samples', name)).toBe(sum(stacks.filter(({ frames }) => frames.map(functionOf).includes(name))))
      }
      expect(result?.rows).toEqual({ understood: stacks.length, skipped: 0 })
    }),
    { numRuns: 200 },
  )
})
