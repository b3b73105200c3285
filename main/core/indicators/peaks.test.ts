import { expect, it } from 'vitest'
import { runsAtPeak, tensorPeak } from './peaks'

it.each([
  ['NVIDIA A100-SXM4-80GB', 312e12],
  ['NVIDIA H100 80GB HBM3', 989e12],
  ['NVIDIA H100 PCIe', 756e12],
  ['NVIDIA H200', 989e12],
  ['NVIDIA H200 NVL', 835e12],
  ['Tesla V100-SXM2-32GB', 125e12],
  ['Tesla V100S-PCIE-32GB', null],
  ['NVIDIA GH200 480GB', null],
  ['NVIDIA A100-SXM4-40GB MIG 1g.5gb', null],
])('the peak of %s is %s', (name, peak) => {
  expect(tensorPeak(name)).toBe(peak)
})

it('knows which types run at it', () => {
  expect(runsAtPeak('NVIDIA A100-SXM4-80GB', 'torch.bfloat16')).toBe(true)
  expect(runsAtPeak('Tesla V100-SXM2-32GB', 'float16')).toBe(true)
  expect(runsAtPeak('Tesla V100-SXM2-32GB', 'bfloat16')).toBe(false)
  expect(runsAtPeak('Tesla T4', 'bf16')).toBe(false)
  expect(runsAtPeak('NVIDIA A100-SXM4-80GB', 'float32')).toBe(false)
})
