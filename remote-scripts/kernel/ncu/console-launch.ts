export interface LaunchLine {
  kernel: string
  grid: string | null
  block: string | null
  device: string | null
  cc: string | null
  /** Of --print-summary: the tables below are of so many launches together. */
  isSummary: boolean
}

const onDevice = '(?:, Device (\\d{1,5}), CC (\\d{1,3}\\.\\d))?'
const single = new RegExp(`, Context \\d{1,9}, Stream \\d{1,9}${onDevice}\\s*$`)
const summary = new RegExp(`${onDevice}, Invocations \\d{1,9}\\s*$`)
const longestTail = 120

/** The line above the tables of a kernel. Its name reaches tens of thousands of characters, so only the end of the line is looked at. */
export const launchLine = (line: string): LaunchLine | null => {
  const end = line.slice(-longestTail)
  const one = single.exec(end)
  const tail = one ?? summary.exec(end)
  if (!tail) return null
  const name = line.slice(0, line.length - end.length + tail.index)
  const before = name.slice(-longestTail)
  const sizes = / (\(\d{1,10}, \d{1,10}, \d{1,10}\))x(\(\d{1,10}, \d{1,10}, \d{1,10}\))$/.exec(before)
  const time = /, \d{4}-\w{3}-\d\d \d\d:\d\d:\d\d$/.exec(before)
  // Any text may end in a number of invocations; only a kernel has sizes before it.
  if (!one && !sizes) return null
  const cut = (sizes ?? time)?.[0].length ?? 0
  return {
    kernel: name.slice(0, name.length - cut).trim(),
    grid: sizes?.[1] ?? null,
    block: sizes?.[2] ?? null,
    device: tail[1] ?? null,
    cc: tail[2] ?? null,
    isSummary: !one,
  }
}

/** `Device 0, CC 9.0` alone: of --print-summary per-gpu, for the kernels below it. */
export const deviceLine = (line: string): { device: string; cc: string } | null => {
  const [, device, cc] = /^ {0,8}Device (\d{1,5}), CC (\d{1,3}\.\d)\s*$/.exec(line.slice(0, 60)) ?? []
  return device === undefined || cc === undefined ? null : { device, cc }
}
