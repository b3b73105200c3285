import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HardwareModel } from './hardware-model'
import { LAB_USER } from './sessions'
import { hostPath, type LabHostState } from './state'
import { simulatedTorch } from './zero/torch'
import { gpuTools, hostTools } from './tool-names'
import { IPERF3_VERSION } from './tools/iperf3-report'
import { MPI_VERSION } from './tools/mpirun'
import { NCU_VERSION } from './tools/ncu'
import { NSYS_VERSION } from './tools/nsys'
import { NVPROF_VERSION } from './tools/nvprof'
import { PERFTEST_VERSION } from './tools/perftest-report'

const LAB_UID = 1000

/** One shell word. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** Questions that a shell answers faster than a started program: option -> text. */
const quickAnswers = (tool: string): Record<string, string> => {
  if (tool === 'iperf3') return { '--version': `${IPERF3_VERSION} (cJSON 1.7.15)\nLinux simulated x86_64` }
  if (tool === 'mpirun') return { '--version': MPI_VERSION }
  if (tool === 'dcgmi') return { '--version': 'dcgmi  version: 3.3.9' }
  if (tool === 'ncu')
    return { '--version': `NVIDIA (R) Nsight Compute Command Line Profiler\nVersion ${NCU_VERSION} (build 33998838) (public-release)` }
  if (tool === 'nsys') return { '--version': `NVIDIA Nsight Systems version ${NSYS_VERSION}` }
  if (tool === 'nvprof') return { '--version': `nvprof: NVIDIA (R) Cuda command line profiler\nRelease version ${NVPROF_VERSION}` }
  if (tool === 'ethtool') return { '--version': 'ethtool version 6.1' }
  if (tool.startsWith('ib_')) return { '--version': `Version: ${PERFTEST_VERSION}` }
  if (tool.endsWith('_perf')) {
    const usage = `USAGE: ${tool} \n\t[-t,--nthreads <num threads>] \n\t[-g,--ngpus <gpus per thread>] \n\t[-b,--minbytes <min size in bytes>] \n\t[-e,--maxbytes <max size in bytes>] \n\t[-f,--stepfactor <increment factor>] \n\t[-n,--iters <iteration count>] \n\t[-w,--warmup_iters <warmup iteration count>] \n\t[-I,--per_iter <0/1>] \n\t[-J,--output_file <file> write output to filepath, if accessible] \n\t[-h,--help]`
    return { '-h': usage, '--help': usage }
  }
  return {}
}

/** No process is on a simulated GPU when it is asked; a loop waits, since a started program would cost a launch its time. */
const noProcesses = `  --query-compute-apps=*)
    printf '%s\\n' "\${1#*=}" | sed 's/,/, /g; s/used_memory/used_gpu_memory [MiB]/'
    case " $* " in *' -l '*) exec sleep 86400 ;; *) exit 0 ;; esac ;;`

const wrapperText = (tool: string, start: string): string => {
  const answers = Object.entries(quickAnswers(tool)).map(
    ([option, text]) => `  ${quoted(option)}) printf '%s\\n' ${quoted(text)}; exit 0 ;;`,
  )
  if (tool === 'nvidia-smi') answers.push(noProcesses)
  const cases = answers.length > 0 ? [`case "\${1:-}" in`, ...answers, 'esac'] : []
  return ['#!/bin/sh', '# A simulated tool: its numbers are computed, not measured.', ...cases, `${start} ${quoted(tool)} "$@"`, ''].join(
    '\n',
  )
}

const realPython = (): string =>
  ['/usr/bin/python3', '/usr/local/bin/python3', '/opt/homebrew/bin/python3'].find((path) => existsSync(path)) ?? '/usr/bin/python3'

/**
 * The real Python, but for what this lab plays: the ping-pong, whose addresses exist in the lab only, the benchmark of memory, and on GPUs that of training.
 * There a program given with -c finds a torch by its version, so that the inventory says what the benchmark would find.
 */
const pythonText = (start: string, torchFolder: string | null): string => {
  const played = [
    `pingpong.py|*/pingpong.py) ${start} pingpong.py "$@" ;;`,
    `*/memory-bandwidth/memory_bench.py) ${start} memory_bench.py "$@" ;;`,
    ...(torchFolder === null
      ? []
      : [
          `*/_kit/launch_ranks.py) if [ "\${HR_BENCH:-}" = zero/zero_bench.py ]; then ${start} zero_bench.py "$@"; fi; break ;;`,
          `-c) PYTHONPATH=${quoted(torchFolder)}\${PYTHONPATH:+:$PYTHONPATH} exec ${quoted(realPython())} "$@" ;;`,
        ]),
  ]
  const cases = ['-B) ;;', ...played, '*) break ;;'].map((one) => `    ${one}`).join('\n')
  return `#!/bin/sh
for word in "$@"; do
  case $word in
${cases}
  esac
done
exec ${quoted(realPython())} "$@"
`
}

const torchFiles = (model: HardwareModel): Record<string, string> => ({
  'version.py': `__version__ = '${simulatedTorch(model)}'\ncuda = '${model.cudaVersion}'\nhip = None\n`,
  '__init__.py': `"""A simulated host's torch: it has a version, and the lab plays the benchmarks that use it."""
from .version import __version__, cuda  # noqa: F401


def __getattr__(name):
    raise AttributeError("this host is simulated: its torch has a version, and no %s" % name)
`,
})

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

/** Users of the simulated hosts have no special rights, whoever runs the lab. */
const idText = `#!/bin/sh
case "$*" in
  -u) echo ${LAB_UID} ;;
  -un|-gn) echo ${LAB_USER} ;;
  -g) echo ${LAB_UID} ;;
  *) echo 'uid=${LAB_UID}(${LAB_USER}) gid=${LAB_UID}(${LAB_USER}) groups=${LAB_UID}(${LAB_USER})' ;;
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
  for (const tool of [...hostTools, ...(host.gpus > 0 ? gpuTools(model.gpu.computeCapability) : [])]) put(tool, wrapperText(tool, start))
  const torch = host.gpus > 0 ? hostPath(dir, host.name, 'python') : null
  if (torch !== null) {
    mkdirSync(join(torch, 'torch'), { recursive: true })
    for (const [name, text] of Object.entries(torchFiles(model))) writeFileSync(join(torch, 'torch', name), text)
  }
  put('python3', pythonText(start, torch))
  put('uname', unameText(host))
  put('hostname', hostnameText(host))
  put('id', idText)
  put('lscpu', lscpuText(model))
  if (host.gpus > 0) put('nvcc', nvccText(model))
}
