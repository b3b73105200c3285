import type { HardwareModel } from '../hardware-model'

/** Version of the torch that simulated hosts with GPUs have. */
export const simulatedTorch = ({ cudaVersion }: HardwareModel): string => `2.5.1+cu${cudaVersion.replace('.', '')}`
