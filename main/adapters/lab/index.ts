export { startLab, type Lab, type LabHost, type LabOptions } from './lab'
export {
  expectedBusbw,
  expectedCollectiveUs,
  expectedRdma,
  expectedTcp,
  linkOf,
  type Collective,
  type HardwareModel,
  type LinkModel,
  type PresetName,
  type RdmaVerb,
  type SocketLink,
  type VerbsLink,
} from './hardware-model'
export type { LabFaults } from './state'
export { faultNames, namedFaults, type FaultName } from './named-faults'
export { presetNames } from './presets'
export { LAB_SECRET } from './sessions'
export { SERVER_SOFTWARE } from './ssh-server'
