/** How libraries name the kernels of one training step; each generation of GPUs has its own. */
export interface KernelNames {
  layerNorm: string
  /** Matrix products by the layout of their operands: transposed or not. */
  gemmWideTn: string
  gemmTallNn: string
  attentionForward: string
  attentionBackward: string
  transpose: string
  gelu: string
  adam: string
  allReduce: string
}

const common = {
  gelu: 'void vectorized_elementwise_kernel<4, GeluCUDAKernelImpl>(int, GeluCUDAKernelImpl)',
  adam: 'void multi_tensor_apply_kernel<TensorListMetadata<4>, FusedAdamMathFunctor<float>>(TensorListMetadata<4>)',
}

/** From Ampere on: bf16, flash attention. */
export const bf16Names: KernelNames = {
  ...common,
  layerNorm: 'void layer_norm_forward_kernel<__nv_bfloat16>(const __nv_bfloat16*, __nv_bfloat16*, int)',
  gemmWideTn: 'ampere_bf16_s16816gemm_bf16_128x256_ldg8_f2f_stages_64x3_tn',
  gemmTallNn: 'ampere_bf16_s16816gemm_bf16_256x128_ldg8_f2f_stages_64x3_nn',
  attentionForward: 'void flash_fwd_kernel<Flash_fwd_kernel_traits<128, 128, 64, 4>>(Flash_fwd_params)',
  attentionBackward: 'void flash_bwd_kernel<Flash_bwd_kernel_traits<128, 64, 128, 8>>(Flash_bwd_params)',
  transpose: 'void transpose_kernel<__nv_bfloat16>(const __nv_bfloat16*, __nv_bfloat16*, int, int)',
  allReduce: 'ncclDevKernel_AllReduce_Sum_bf16_RING_LL(ncclDevKernelArgsStorage<4096>)',
}

/** Volta: fp16, because it has no bf16; memory-efficient attention, because flash attention needs Turing. */
export const voltaNames: KernelNames = {
  ...common,
  layerNorm: 'void layer_norm_forward_kernel<__half>(const __half*, __half*, int)',
  gemmWideTn: 'volta_fp16_s884gemm_fp16_128x256_ldg8_f2f_tn',
  gemmTallNn: 'volta_fp16_s884gemm_fp16_256x128_ldg8_f2f_nn',
  attentionForward: 'fmha_cutlassF_f16_aligned_64x128_rf_sm70(AttentionForwardParams)',
  attentionBackward: 'fmha_cutlassB_f16_aligned_64x64_k128_sm70(AttentionBackwardParams)',
  transpose: 'void transpose_kernel<__half>(const __half*, __half*, int, int)',
  allReduce: 'ncclKernel_AllReduce_RING_LL_Sum_half(ncclWorkElem)',
}
