import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HardwareModel } from './hardware-model'
import { hostPath, type LabHostState } from './state'
import { gpuTools, hostTools } from './tool-names'
import { IPERF3_VERSION } from './tools/iperf3-report'
import { MPI_VERSION } from './tools/mpirun'
import { PERFTEST_VERSION } from './tools/perftest-report'

/** One shell word. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** Questions that a shell answers faster than a started program: option -> text. */
const quickAnswers = (tool: string): Record<string, string> => {
  if (tool === 'iperf3') return { '--version': `${IPERF3_VERSION} (cJSON 1.7.15)\nLinux simulated x86_64` }
  if (tool === 'mpirun') return { '--version': MPI_VERSION }
  if (tool === 'ethtool') return { '--version': 'ethtool version 6.1' }
  if (tool.startsWith('ib_')) return { '--version': `Version: ${PERFTEST_VERSION}` }
  if (tool.endsWith('_perf')) {
    const usage = `USAGE: ${tool} \n\t[-t,--nthreads <num threads>] \n\t[-g,--ngpus <gpus per thread>] \n\t[-b,--minbytes <min size in bytes>] \n\t[-e,--maxbytes <max size in bytes>] \n\t[-f,--stepfactor <increment factor>] \n\t[-n,--iters <iteration count>] \n\t[-w,--warmup_iters <warmup iteration count>] \n\t[-I,--per_iter <0/1>] \n\t[-J,--output_file <file> write output to filepath, if accessible] \n\t[-h,--help]`
    return { '-h': usage, '--help': usage }
  }
  return {}
}

const wrapperText = (tool: string, start: string): string => {
  const answers = Object.entries(quickAnswers(tool)).map(
    ([option, text]) => `  ${quoted(option)}) printf '%s\\n' ${quoted(text)}; exit 0 ;;`,
  )
  const cases = answers.length > 0 ? [`case "\${1:-}" in`, ...answers, 'esac'] : []
  return ['#!/bin/sh', '# A simulated tool: its numbers are computed, not measured.', ...cases, `${start} ${quoted(tool)} "$@"`, ''].join(
    '\n',
  )
}

const realPython = (): string =>
  ['/usr/bin/python3', '/usr/local/bin/python3', '/opt/homebrew/bin/python3'].find((path) => existsSync(path)) ?? '/usr/bin/python3'

/** The real Python, but for the ping-pong, whose addresses exist in the lab only. */
const pythonText = (start: string): string => `#!/bin/sh
for word in "$@"; do
  case $word in
    -B) ;;
    pingpong.py|*/pingpong.py) ${start} pingpong.py "$@" ;;
    *) break ;;
  esac
done
exec ${quoted(realPython())} "$@"
`

const unameText = (host: LabHostState): string => `#!/bin/sh
case "$*" in
  -n) echo ${quoted(host.name)} ;;
  -r) echo 5.15.0-122-generic ;;
  -sr) echo 'Linux 5.15.0-122-generic' ;;
  *) exec /usr/bin/env PATH=/usr/bin:/bin uname "$@" ;;
esac
`

const hostnameText = (host: LabHostState): string => `#!/bin/sh
case "\${1:-}" in
  -I|-i) echo ${quoted(Object.values(host.addresses).join(' '))} ;;
  *) echo ${quoted(host.name)} ;;
esac
`

const lscpuText = (model: HardwareModel): string => {
  const { model: name, sockets, coresPerSocket } = model.cpu
  const text = [
    'Architecture:            x86_64',
    `CPU(s):                  ${sockets * coresPerSocket}`,
    `Model name:              ${name}`,
    'Thread(s) per core:      1',
    `Core(s) per socket:      ${coresPerSocket}`,
    `Socket(s):               ${sockets}`,
    `NUMA node(s):            ${sockets}`,
  ].join('\n')
  return `#!/bin/sh\nprintf '%s\\n' ${quoted(text)}\n`
}

/** The machine's own nvcc, if any, says nothing about a simulated host. */
const nvccText = (model: HardwareModel): string => {
  const release = `nvcc: NVIDIA (R) Cuda compiler driver\nCuda compilation tools, release ${model.cudaVersion}, V${model.cudaVersion}.131`
  return `#!/bin/sh\nprintf '%s\\n' ${quoted(release)}\n`
}

export interface ToolStart {
  /** The program that runs lab-tool.js: Node, or Electron as Node. */
  nodePath: string
  /** Path of the built lab-tool.js. */
  toolEntry: string
}

/** Fills a host's bin folder, first on its PATH. */
export const writeWrappers = (dir: string, model: HardwareModel, host: LabHostState, { nodePath, toolEntry }: ToolStart): void => {
  const bin = hostPath(dir, host.name, 'bin')
  mkdirSync(bin, { recursive: true })
  const put = (name: string, text: string): void => {
    writeFileSync(join(bin, name), text)
    chmodSync(join(bin, name), 0o755)
  }
  const environment = `ELECTRON_RUN_AS_NODE=1 HEADROOM_LAB_STATE=${quoted(dir)} HEADROOM_LAB_HOST=${quoted(host.name)}`
  const start = `${environment} exec ${quoted(nodePath)} ${quoted(toolEntry)}`
  for (const tool of [...hostTools, ...(host.gpus > 0 ? gpuTools : [])]) put(tool, wrapperText(tool, start))
  put('python3', pythonText(start))
  put('uname', unameText(host))
  put('hostname', hostnameText(host))
  put('lscpu', lscpuText(model))
  if (host.gpus > 0) put('nvcc', nvccText(model))
}
