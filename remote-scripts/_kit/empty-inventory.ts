import type { Inventory } from '../../preload/contract'

/** A host about which nothing is known: the base of an inventory in tests and of one that could not be read. */
export const emptyInventory: Inventory = {
  hostname: '',
  kernel: '',
  os: '',
  bootId: '',
  uid: -1,
  cpu: { model: '', cores: 0, numaNodes: null, governor: null },
  memoryMiB: null,
  diskFreeMiB: null,
  memlockKiB: null,
  loadAverage1: null,
  interfaces: [],
  hcas: [],
  gpus: [],
  gpuTopology: null,
  cudaVersion: null,
  ncclVersion: null,
  tools: {},
  pythons: [],
  simulated: false,
  preflight: [],
}
