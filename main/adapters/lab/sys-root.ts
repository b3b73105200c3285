import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { HardwareModel, HcaModel, InterfaceModel } from './hardware-model'
import { hostPath, type HostCounters, type LabFaults, type LabHostState } from './state'
import { renderListeners } from './listeners'
import { renderTime } from './simulated-time'
import { renderCounters } from './traffic'

const put = (root: string, files: Record<string, string>): void => {
  for (const [path, text] of Object.entries(files)) {
    const full = join(root, path)
    mkdirSync(dirname(full), { recursive: true })
    writeFileSync(full, `${text}\n`)
  }
}

/** Relative, so the tree may be looked at from anywhere. */
const link = (root: string, path: string, target: string): void => {
  const full = join(root, path)
  mkdirSync(dirname(full), { recursive: true })
  symlinkSync(relative(dirname(full), join(root, target)), full)
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')

/** MAC of an Ethernet port, or the 20-byte IPoIB address. */
export const hardwareAddress = (device: InterfaceModel, hostIndex: number): string =>
  device.linkType === 'ethernet'
    ? `0c:42:a1:00:00:${hex(hostIndex, 2)}`
    : `00:00:10:49:fe:80:00:00:00:00:00:00:0c:42:a1:03:00:5e:00:${hex(hostIndex, 2)}`

/** InfiniBand LID of a host's port. */
export const lidOf = (hostIndex: number): number => 0x20 + hostIndex

/** Node GUID as sysfs prints it. */
export const guidOf = (hca: HcaModel, hostIndex: number): string =>
  `0c42:a103:00${hca.name.endsWith('1') ? '6e' : '5e'}:00${hex(hostIndex, 2)}`

/** sha-free stable UUID: the boot does not change while the lab runs. */
export const bootId = (seed: number, hostIndex: number): string =>
  `51a0b007-${hex(seed & 0xffff, 4)}-4${hex((seed >>> 16) & 0xfff, 3)}-8000-0000000000${hex(hostIndex, 2)}`

const cpuinfo = (model: HardwareModel): string => {
  const cores = model.cpu.sockets * model.cpu.coresPerSocket
  const processors = Array.from(
    { length: cores },
    (_, index) =>
      `processor\t: ${index}\nmodel name\t: ${model.cpu.model}\nphysical id\t: ${Math.floor(index / model.cpu.coresPerSocket)}\n`,
  )
  return processors.join('\n')
}

const systemFiles = (model: HardwareModel, host: LabHostState, seed: number): Record<string, string> => {
  const [major = '2', minor = '0', patch = '0'] = model.ncclVersion.split('.')
  const totalKib = model.cpu.memoryGiB * 1024 * 1024
  return {
    'proc/cpuinfo': cpuinfo(model),
    'proc/meminfo': `MemTotal:       ${totalKib} kB\nMemFree:        ${Math.floor(totalKib * 0.93)} kB\nMemAvailable:   ${Math.floor(totalKib * 0.96)} kB`,
    'proc/loadavg': '0.42 0.38 0.35 2/1893 41877',
    'proc/net/tcp6':
      '  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    'proc/sys/kernel/random/boot_id': bootId(seed, host.index),
    'proc/sys/kernel/hostname': host.name,
    'proc/sys/kernel/osrelease': '5.15.0-122-generic',
    'etc/os-release': 'PRETTY_NAME="Ubuntu 22.04.5 LTS (simulated)"\nNAME="Ubuntu"\nVERSION_ID="22.04"\nID=ubuntu',
    'etc/hostname': host.name,
    'sys/devices/system/cpu/cpu0/cpufreq/scaling_governor': 'performance',
    'sys/devices/system/node/node0/cpulist': `0-${model.cpu.coresPerSocket - 1}`,
    'sys/devices/system/node/node1/cpulist': `${model.cpu.coresPerSocket}-${model.cpu.coresPerSocket * 2 - 1}`,
    ...(host.gpus > 0
      ? {
          'proc/driver/nvidia/version': `NVRM version: NVIDIA UNIX x86_64 Kernel Module  ${model.driverVersion}`,
          'usr/include/nccl.h': `#define NCCL_MAJOR ${major}\n#define NCCL_MINOR ${minor}\n#define NCCL_PATCH ${patch}`,
        }
      : {}),
  }
}

const pciOf = (model: HardwareModel, device: InterfaceModel): string =>
  model.hcas.find((hca) => hca.interface === device.name)?.pci ?? '0000:31:00.0'

const addInterface = (root: string, model: HardwareModel, device: InterfaceModel, host: LabHostState): void => {
  const pci = `sys/devices/pci0000:00/${pciOf(model, device)}`
  const base = `${pci}/net/${device.name}`
  put(root, {
    [`${base}/speed`]: String(device.rateGbps * 1000),
    [`${base}/mtu`]: String(device.mtu),
    [`${base}/type`]: device.linkType === 'ethernet' ? '1' : '32',
    [`${base}/operstate`]: 'up',
    [`${base}/carrier`]: '1',
    [`${base}/duplex`]: 'full',
    [`${base}/flags`]: '0x1003',
    [`${base}/dev_port`]: '0',
    [`${base}/dev_id`]: '0x0',
    [`${base}/address`]: hardwareAddress(device, host.index),
    [`${base}/statistics/rx_bytes`]: '0',
    [`${pci}/numa_node`]: '0',
    [`${pci}/vendor`]: '0x15b3',
  })
  link(root, `${base}/device`, pci)
  link(root, `sys/class/net/${device.name}`, base)
  mkdirSync(join(root, 'sys/bus/pci/drivers', device.driver), { recursive: true })
  link(root, `${pci}/driver`, `sys/bus/pci/drivers/${device.driver}`)
}

const addHca = (root: string, hca: HcaModel, host: LabHostState): void => {
  const pci = `sys/devices/pci0000:00/${hca.pci}`
  const base = `${pci}/infiniband/${hca.name}`
  const port = `${base}/ports/1`
  put(root, {
    [`${base}/fw_ver`]: hca.firmware,
    [`${base}/hca_type`]: hca.boardType,
    [`${base}/node_guid`]: guidOf(hca, host.index),
    [`${base}/node_type`]: '1: CA',
    [`${port}/rate`]: hca.rateText,
    [`${port}/state`]: '4: ACTIVE',
    [`${port}/phys_state`]: '5: LinkUp',
    [`${port}/link_layer`]: hca.linkLayer,
    [`${port}/lid`]: hca.linkLayer === 'InfiniBand' ? `0x${lidOf(host.index).toString(16)}` : '0x0',
    [`${port}/gid_attrs/ndevs/0`]: hca.interface,
    [`${port}/counters/port_rcv_data`]: '0',
    [`${port}/counters/port_xmit_data`]: '0',
    [`${port}/counters/symbol_error`]: '0',
    [`${port}/counters/link_downed`]: '0',
  })
  link(root, `${base}/device`, pci)
  link(root, `sys/class/infiniband/${hca.name}`, base)
}

/** Builds a host's simulated `/proc`, `/sys`, `/etc` under its `root` folder. */
export const buildSysRoot = (dir: string, model: HardwareModel, host: LabHostState, seed: number, counters: HostCounters): void => {
  const root = hostPath(dir, host.name, 'root')
  mkdirSync(join(root, 'proc/net'), { recursive: true })
  put(root, systemFiles(model, host, seed))
  put(root, {
    'sys/devices/virtual/net/lo/mtu': '65536',
    'sys/devices/virtual/net/lo/type': '772',
    'sys/devices/virtual/net/lo/operstate': 'unknown',
    'sys/devices/virtual/net/lo/flags': '0x9',
    'sys/devices/virtual/net/lo/address': '00:00:00:00:00:00',
    'sys/devices/virtual/net/lo/statistics/rx_bytes': '0',
  })
  link(root, 'sys/class/net/lo', 'sys/devices/virtual/net/lo')
  for (const device of model.interfaces) addInterface(root, model, device, host)
  for (const hca of model.hcas) addHca(root, hca, host)
  renderCounters(dir, model, host.name, counters)
  renderTime(dir, model, host.name)
  renderListeners(dir, host.name, [])
}

/** What the driver of a host's GPUs was loaded with. */
export const renderDriver = (dir: string, host: LabHostState, faults: LabFaults): void => {
  if (host.gpus === 0) return
  const adminOnly = faults.lockedCounters === 'announced' ? 1 : 0
  put(hostPath(dir, host.name, 'root'), {
    'proc/driver/nvidia/params': `ResmanDebugLevel: 4294967295\nRmProfilingAdminOnly: ${adminOnly}`,
  })
}
