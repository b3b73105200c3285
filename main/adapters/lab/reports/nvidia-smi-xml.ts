import type { GpuSnapshot, HostSnapshot } from './gpu-snapshot'

const gpuXml = (gpu: GpuSnapshot): string => `\t<gpu id="${gpu.busId}">
\t\t<product_name>${gpu.name}</product_name>
\t\t<product_brand>NVIDIA</product_brand>
\t\t<persistence_mode>Enabled</persistence_mode>
\t\t<mig_mode>
\t\t\t<current_mig>Disabled</current_mig>
\t\t\t<pending_mig>Disabled</pending_mig>
\t\t</mig_mode>
\t\t<uuid>${gpu.uuid}</uuid>
\t\t<minor_number>${gpu.index}</minor_number>
\t\t<pci>
\t\t\t<pci_bus_id>${gpu.busId}</pci_bus_id>
\t\t\t<pci_gpu_link_info>
\t\t\t\t<pcie_gen>
\t\t\t\t\t<max_link_gen>${gpu.pcieGen}</max_link_gen>
\t\t\t\t\t<current_link_gen>${gpu.pcieGen}</current_link_gen>
\t\t\t\t</pcie_gen>
\t\t\t\t<link_widths>
\t\t\t\t\t<max_link_width>${gpu.pcieWidthMax}x</max_link_width>
\t\t\t\t\t<current_link_width>${gpu.pcieWidth}x</current_link_width>
\t\t\t\t</link_widths>
\t\t\t</pci_gpu_link_info>
\t\t</pci>
\t\t<performance_state>P0</performance_state>
\t\t<clocks_event_reasons>
\t\t\t<clocks_event_reason_gpu_idle>Active</clocks_event_reason_gpu_idle>
\t\t\t<clocks_event_reason_sw_power_cap>Not Active</clocks_event_reason_sw_power_cap>
\t\t\t<clocks_event_reason_hw_slowdown>Not Active</clocks_event_reason_hw_slowdown>
\t\t</clocks_event_reasons>
\t\t<fb_memory_usage>
\t\t\t<total>${gpu.memoryTotalMiB} MiB</total>
\t\t\t<reserved>0 MiB</reserved>
\t\t\t<used>${gpu.memoryUsedMiB} MiB</used>
\t\t\t<free>${gpu.memoryTotalMiB - gpu.memoryUsedMiB} MiB</free>
\t\t</fb_memory_usage>
\t\t<compute_mode>Default</compute_mode>
\t\t<utilization>
\t\t\t<gpu_util>${gpu.utilPercent} %</gpu_util>
\t\t\t<memory_util>${gpu.memoryUtilPercent} %</memory_util>
\t\t</utilization>
\t\t<temperature>
\t\t\t<gpu_temp>${gpu.temperatureC} C</gpu_temp>
\t\t\t<memory_temp>${gpu.memoryTemperatureC} C</memory_temp>
\t\t</temperature>
\t\t<gpu_power_readings>
\t\t\t<power_draw>${gpu.powerW.toFixed(2)} W</power_draw>
\t\t\t<current_power_limit>${gpu.powerLimitW.toFixed(2)} W</current_power_limit>
\t\t</gpu_power_readings>
\t\t<clocks>
\t\t\t<sm_clock>${gpu.smClockMHz} MHz</sm_clock>
\t\t\t<mem_clock>${gpu.memoryClockMHz} MHz</mem_clock>
\t\t</clocks>
\t\t<max_clocks>
\t\t\t<sm_clock>${gpu.maxSmClockMHz} MHz</sm_clock>
\t\t\t<mem_clock>${gpu.memoryClockMHz} MHz</mem_clock>
\t\t</max_clocks>
\t\t<processes>
\t\t</processes>
\t</gpu>`

/** `nvidia-smi -q -x`, schema v12. */
export const printSmiXml = (host: HostSnapshot): string =>
  [
    '<?xml version="1.0" ?>',
    '<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">',
    '<nvidia_smi_log>',
    `\t<timestamp>${host.time}</timestamp>`,
    `\t<driver_version>${host.driverVersion}</driver_version>`,
    `\t<cuda_version>${host.cudaVersion}</cuda_version>`,
    `\t<attached_gpus>${host.gpus.length}</attached_gpus>`,
    ...host.gpus.map(gpuXml),
    '</nvidia_smi_log>',
  ].join('\n')
