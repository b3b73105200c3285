import { describe, expect, test } from 'vitest'
import { busFactor, expectedBusbw, expectedCollectiveUs, expectedRdma, expectedTcp, linkOf, wireBytes } from './hardware-model'
import { presets } from './presets'
import { iterationFactors, launchFactor, seededRandom } from './random'

const model = presets['a100-hdr']
const ethernet = linkOf(model, 'socket', 'eth0')
const rdma = linkOf(model, 'verbs', 'mlx5_0')
const MiB = 2 ** 20

describe('the collective model', () => {
  test('small messages cost the LL ring: base + 28 inner steps + 2 steps between hosts', () => {
    const wireUs = (1.875 * 1024) / (2.72 * 0.42 * 1000)
    expect(expectedCollectiveUs(model, 'all_reduce', 1024, ethernet, 16)).toBeCloseTo(6.6 + 28 * 0.6 + 2 * 42 + wireUs, 9)
    expect(expectedCollectiveUs(model, 'all_reduce', 8, rdma, 16)).toBeCloseTo(6.6 + 28 * 0.6 + 2 * 6.4 + 15 / (23.8 * 0.42 * 1000), 9)
  })

  test('large messages reach the payload rate of the link, from below', () => {
    expect(expectedBusbw(model, 'all_reduce', 1024 * MiB, ethernet, 16)).toBeCloseTo(2.72, 2)
    expect(expectedBusbw(model, 'all_reduce', 1024 * MiB, rdma, 16)).toBeCloseTo(23.8, 1)
    expect(expectedBusbw(model, 'all_reduce', 1024 * MiB, rdma, 16)).toBeLessThan(23.8)
  })

  test('LL128 serves the middle sizes over RDMA and never a socket', () => {
    const ll128Us = 14 + 28 * 1.1 + 2 * (6.4 + 2) + (1.875 * MiB) / (23.8 * 0.92 * 1000)
    expect(expectedCollectiveUs(model, 'all_reduce', MiB, rdma, 16)).toBeCloseTo(ll128Us, 9)
    const simpleUs = 8.4 + 28 * 3.4 + 2 * (42 + 10) + (1.875 * MiB) / (2.72 * 1000)
    expect(expectedCollectiveUs(model, 'all_reduce', MiB, ethernet, 16)).toBeCloseTo(simpleUs, 9)
  })

  test('inside one host no link is crossed', () => {
    expect(wireBytes('all_reduce', 1024, 8, 1)).toBe(0)
    expect(expectedBusbw(model, 'all_reduce', 1024 * MiB, rdma, 8, 1)).toBeGreaterThan(200)
  })

  test('factors and wire bytes', () => {
    expect(busFactor('all_reduce', 16)).toBe(1.875)
    expect(busFactor('all_gather', 16)).toBe(0.9375)
    expect(busFactor('broadcast', 16)).toBe(1)
    expect(wireBytes('alltoall', 16, 16, 2)).toBe(64)
  })
})

test('tcp: streams add up to the plateau', () => {
  if (ethernet.kind !== 'socket') throw new Error('eth0 is a socket link')
  expect(expectedTcp(ethernet, 1)).toEqual({ throughputGBps: 2.6, roundTripUs: 38 })
  expect(expectedTcp(ethernet, 8).throughputGBps).toBe(2.88)
})

test('rdma: small messages are limited by the message rate, large ones by the wire', () => {
  if (rdma.kind !== 'verbs') throw new Error('mlx5_0 is a verbs link')
  expect(expectedRdma(rdma, 'write', 2).messagesPerUs).toBeCloseTo(1 / 0.21, 6)
  expect(expectedRdma(rdma, 'write', 2, 4).messagesPerUs).toBeCloseTo(4 / 0.21, 6)
  expect(expectedRdma(rdma, 'write', 8 * MiB).bandwidthGBps).toBeCloseTo(24.2, 6)
  expect(expectedRdma(rdma, 'read', 2).latencyUs).toBeCloseTo(2.35, 3)
})

describe('noise', () => {
  test('the same key gives the same numbers, another key others', () => {
    const draw = (key: string): number[] => iterationFactors(seededRandom(key), 5)
    expect(draw('7/iperf3/0')).toEqual(draw('7/iperf3/0'))
    expect(draw('7/iperf3/0')).not.toEqual(draw('7/iperf3/1'))
  })

  test('launches spread by 1 to 2 %, and about one in twelve is 2 to 6 % slower', () => {
    const factors = Array.from({ length: 6000 }, (_, launch) => launchFactor(seededRandom(`1/x/${launch}`))).sort((a, b) => a - b)
    const quantile = (share: number): number => factors[Math.floor(share * factors.length)] ?? 0
    const spread = (quantile(0.75) - quantile(0.25)) / 1.349
    expect(spread).toBeGreaterThan(0.012)
    expect(spread).toBeLessThan(0.02)
    const slow = factors.filter((factor) => factor > 1.04).length / factors.length
    expect(slow).toBeGreaterThan(0.03)
    expect(slow).toBeLessThan(0.09)
    expect(factors.at(-1)).toBeLessThan(1.12)
  })

  test('iterations of a launch are correlated', () => {
    const logs = iterationFactors(seededRandom('a'), 20_000).map(Math.log)
    const products = logs.slice(1).map((value, index) => value * (logs[index] ?? 0))
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
    expect(mean(products) / mean(logs.map((value) => value * value))).toBeCloseTo(0.6, 1)
  })
})
