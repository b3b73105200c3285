import { closeSync, openSync, writeSync } from 'node:fs'

/** Deterministic numbers: the same trace every time. */
const randomOf = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const operators = ['linear', 'addmm', 'mul', 'add_', 'native_layer_norm', 'gelu', 'softmax', 'bmm', 'transpose', 'view', 'copy_', 'sum']
const kernelNames = [
  'void at::native::vectorized_elementwise_kernel<4, at::native::BinaryFunctor<float, float, float, at::native::binary_internal::MulFunctor<float> >, at::detail::Array<char*, 3> >(int, at::native::BinaryFunctor<float, float, float, at::native::binary_internal::MulFunctor<float> >, at::detail::Array<char*, 3>)',
  'ampere_bf16_s16816gemm_bf16_128x256_ldg8_f2f_stages_64x3_tn',
  'void (anonymous namespace)::layer_norm_kernel_vec<float, 8>(float const*, float*, int, float)',
  'void cutlass::Kernel<cutlass_80_tensorop_bf16_s16816gemm_relu_bf16_256x128_32x3_nn_align8>(cutlass_80_tensorop_bf16_s16816gemm_relu_bf16_256x128_32x3_nn_align8::Params)',
  'void at::native::(anonymous namespace)::multi_tensor_apply_kernel<at::native::(anonymous namespace)::TensorListMetadata<4>, at::native::(anonymous namespace)::FusedAdamMathFunctor<float, 4> >(at::native::(anonymous namespace)::TensorListMetadata<4>)',
]
const communication = 'ncclDevKernel_AllReduce_Sum_bf16_RING_LL(ncclDevComm*, unsigned long, ncclWork*)'

const event = (head: string, args: string[]): string => `  {\n    ${head},\n    "args": {\n      ${args.join(',\n      ')}\n    }\n  }`

/** What a profiler writes for one launch of an operator: the operator, its Python frame, the launch, the kernel, and the arrow between them. */
const launch = (index: number, random: () => number): string[] => {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item
  const at = 8_223_372_036 + index * 31 + random()
  const isCommunication = index % 97 === 0
  const [pid, tid, stream] = [48_213, 48_213 + (index % 3), isCommunication ? 20 : 7]
  const thread = `"pid": ${pid}, "tid": ${tid}`
  const gpu = `"pid": 0, "tid": ${stream}`
  const gpuTime = (at + 40).toFixed(3)
  const time = at.toFixed(3)
  const duration = (isCommunication ? 90 + 40 * random() : 2 + 30 * random()).toFixed(3)
  const events = [
    event(
      `"ph": "X", "cat": "cpu_op", "name": "aten::${pick(operators)}", ${thread},\n    "ts": ${time}, "dur": ${(12 + 9 * random()).toFixed(3)}`,
      [
        `"External id": ${index},"Record function id": 0, "Concrete Inputs": ["", "", "[${index % 9}, 4096]", ""], "Input type": ["float", "float", "ScalarList", "Scalar"], "Input Dims": [[32, 128, 4096], [4096], [], []], "Ev Idx": ${index}`,
      ],
    ),
    event(
      `"ph": "X", "cat": "python_function", "name": "torch/nn/modules/module.py(${1500 + (index % 60)}): _call_impl", ${thread},\n    "ts": ${time}, "dur": ${(20 + 9 * random()).toFixed(3)}`,
      [`"Python parent id": ${index}, "Python id": ${index + 1}, "Ev Idx": ${index}`],
    ),
    event(
      `"ph": "X", "cat": "cuda_runtime", "name": "cudaLaunchKernel", ${thread},\n    "ts": ${(at + 5).toFixed(3)}, "dur": ${(3 + random()).toFixed(3)}`,
      [`"External id": ${index}, "cbid": 211, "correlation": ${index}`],
    ),
    `  {\n    "ph": "s", "id": ${index}, ${thread}, "ts": ${(at + 5).toFixed(3)},\n    "cat": "ac2g", "name": "ac2g"\n  }`,
    event(
      `"ph": "X", "cat": "kernel", "name": "${isCommunication ? communication : pick(kernelNames)}", ${gpu},\n    "ts": ${gpuTime}, "dur": ${duration}`,
      [
        `"External id": ${index}`,
        `"queued": 0, "device": 0, "context": 1`,
        `"stream": ${stream}, "correlation": ${index}`,
        `"registers per thread": 32, "shared memory": ${index % 7}`,
        `"blocks per SM": 4.272727, "warps per SM": 17.09091`,
        `"grid": [${1 + (index % 500)}, 1, 1], "block": [128, 1, 1]`,
        `"est. achieved occupancy %": ${index % 100}`,
      ],
    ),
    `  {\n    "ph": "f", "id": ${index}, ${gpu}, "ts": ${gpuTime},\n    "cat": "ac2g", "name": "ac2g", "bp": "e"\n  }`,
  ]
  if (index % 2000 === 0)
    events.push(
      event(
        `"ph": "X", "cat": "user_annotation", "name": "ProfilerStep#${index / 2000}", ${thread},\n    "ts": ${time}, "dur": 62000.125`,
        [`"External id": ${index}`],
      ),
    )
  return events
}

const head = `{
  "schemaVersion": 1,
  "deviceProperties": [
    {
      "id": 0, "name": "NVIDIA A100-SXM4-80GB", "totalGlobalMem": 84990623744,
      "computeMajor": 8, "computeMinor": 0, "numSms": 108
    }
  ],
  "distributedInfo": {"backend": "nccl", "rank": 0, "world_size": 8},
  "traceEvents": [
`

export interface WrittenTrace {
  events: number
  kernels: number
}

/** Writes a chrome trace of about so many bytes, in the layout of the PyTorch profiler. */
export const writeTrace = (path: string, size: number): WrittenTrace => {
  const file = openSync(path, 'w')
  const random = randomOf(17)
  let written = writeSync(file, head)
  let block: string[] = []
  let events = 0
  let kernels = 0
  for (let length = 0; written + length < size; kernels += 1) {
    const texts = launch(kernels, random)
    events += texts.length
    block.push(...texts)
    length += texts.reduce((sum, text) => sum + text.length + 2, 0)
    if (length < 2 ** 22) continue
    written += writeSync(file, `${block.join(',\n')},\n`)
    block = []
    length = 0
  }
  const last = `  {\n    "name": "Record Window End", "ph": "i", "s": "g",\n    "pid": "", "tid": "", "ts": 8223379036.5\n  }`
  writeSync(file, `${[...block, last].join(',\n')}\n  ],\n  "traceName": "bench.json",\n  "baseTimeNanoseconds": 1751410836000000000\n}\n`)
  closeSync(file)
  return { events: events + 1, kernels }
}
