import { describe, expect, it } from 'vitest'
import { seededPrng, type Prng } from '../random/prng'
import { fitAlphaBeta, type LaunchTimes } from './alpha-beta'

const normal = (random: Prng): number => Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit())
const sizes = Array.from({ length: 18 }, (_, index) => 1024 * 2 ** index)

/** Launches of a sweep: 1.5 % between launches, 1 % within, and a share of wild points half as slow again. */
const sweep = (random: Prng, launches: number, truth: (size: number) => number, wild = 0): LaunchTimes[] =>
  Array.from({ length: launches }, () => {
    const pace = 1 + 0.015 * normal(random)
    return new Map(sizes.map((size) => [size, truth(size) * pace * (1 + 0.01 * normal(random)) * (random.unit() < wild ? 1.5 : 1)]))
  })

const straight = (size: number): number => 50 + 4e-5 * size
/** A protocol switch at 64 KiB: 20 us and 2 ns per byte below, 60 us and 0.04 ns per byte above. */
const kinked = (size: number): number => (size < 65536 ? 20 + 2e-3 * size : 60 + 4e-5 * size)

describe('the alpha-beta fit', () => {
  it('is exact on exact data', () => {
    const fit = fitAlphaBeta(
      [1, 2, 3].map(() => new Map(sizes.map((size) => [size, straight(size)]))),
      1,
    )
    expect(fit?.segments).toHaveLength(1)
    expect(fit?.segments[0]).toMatchObject({
      fromBytes: 1024,
      toBytes: 1024 * 2 ** 17,
      interceptUs: expect.closeTo(50, 6),
      usPerByte: expect.closeTo(4e-5, 11),
    })
    expect(fit?.halfBandwidthBytes).toBeCloseTo(1.25e6, 0)
    expect(Math.max(...(fit?.residuals ?? []).map(({ relative }) => Math.abs(relative)))).toBeLessThan(1e-9)
  })

  it.each([0, 0.05])('recovers a protocol kink and both lines, with a share of %d wild points', (wild) => {
    const fits = Array.from({ length: 30 }, (_, seed) => fitAlphaBeta(sweep(seededPrng(seed), 5, kinked, wild), 1)?.segments ?? [])
    const right = fits.filter((segments) => segments.map(({ fromBytes }) => fromBytes).join() === '1024,65536')
    expect(right.length).toBeGreaterThanOrEqual(28)
    for (const [small, large] of right) {
      expect(Math.abs((small?.interceptUs ?? 0) / 20 - 1)).toBeLessThan(0.06)
      expect(Math.abs((small?.usPerByte ?? 0) / 2e-3 - 1)).toBeLessThan(0.06)
      expect(Math.abs((large?.interceptUs ?? 0) / 60 - 1)).toBeLessThan(0.06)
      expect(Math.abs((large?.usPerByte ?? 0) / 4e-5 - 1)).toBeLessThan(0.06)
    }
  })

  it('is not moved by one message size that is always slow', () => {
    const spiky = (size: number): number => straight(size) * (size === 1024 * 2 ** 9 ? 3 : 1)
    const [segment, ...more] = fitAlphaBeta(sweep(seededPrng(9), 5, spiky), 1)?.segments ?? []
    expect(more).toEqual([])
    expect(Math.abs((segment?.interceptUs ?? 0) / 50 - 1)).toBeLessThan(0.05)
    expect(Math.abs((segment?.usPerByte ?? 0) / 4e-5 - 1)).toBeLessThan(0.05)
  })

  it('keeps A and B at zero or above', () => {
    const fit = fitAlphaBeta(
      sweep(seededPrng(4), 4, (size) => 4e-5 * size),
      1,
    )
    for (const { interceptUs, usPerByte } of fit?.segments ?? []) expect(Math.min(interceptUs, usPerByte)).toBeGreaterThanOrEqual(0)
    const flat = fitAlphaBeta(
      sweep(seededPrng(4), 4, () => 30),
      1,
    )
    expect(flat?.halfBandwidthBytes === null || (flat?.halfBandwidthBytes ?? 0) > 1e8).toBe(true)
  })

  it('splits few straight sweeps of five launches, and its intervals hold the truth', () => {
    const random = seededPrng(21)
    const fits = Array.from({ length: 120 }, (_, index) => fitAlphaBeta(sweep(random, 5, straight), index)?.segments ?? [])
    const whole = fits.flatMap((segments) => (segments.length === 1 ? segments : []))
    expect(whole.length / fits.length).toBeGreaterThan(0.9)
    const holds = (share: number): void => expect(share).toBeGreaterThan(0.89)
    holds(whole.filter((s) => s.interceptLowUs <= 50 && s.interceptHighUs >= 50).length / whole.length)
    holds(whole.filter((s) => s.usPerByteLow <= 4e-5 && s.usPerByteHigh >= 4e-5).length / whole.length)
  })

  it('says the same for the same seed, and nothing of two launches or three sizes', () => {
    const launches = sweep(seededPrng(6), 5, kinked)
    expect(fitAlphaBeta(launches, 8)).toEqual(fitAlphaBeta(launches, 8))
    expect(fitAlphaBeta(launches.slice(0, 2), 1)).toBeNull()
    expect(
      fitAlphaBeta(
        launches.map((launch) => new Map([...launch].slice(0, 3))),
        1,
      ),
    ).toBeNull()
  })
})
