import { unreadFormat } from '../../_kit/unread'

/** AMD's tools: told apart from unknown text, but not read. */
export const unreadInventories = [
  unreadFormat({
    id: 'amd-smi',
    probe: 'inventory',
    tool: 'rocm-smi or amd-smi',
    mark: /^\s{0,8}={3,200} ?ROCm System Management Interface ?={3,200}\s{0,8}$|^\s{0,8}(?:ACCESS|LINK TYPE|NUMA BW) TABLE:\s{0,8}$|^(?:\| )?AMD-?SMI (?:Tool: )?\d/,
    advice:
      "This is the output of AMD's rocm-smi or amd-smi, which is not read. What is read of AMD GPUs: rccl-tests, and RCCL's log (NCCL_DEBUG=INFO), which shows the topology as well.",
  }),
]
