/** The entry of every simulated tool: `lab-tool.js TOOL ARGS…`, started by the wrappers in a simulated host's bin folder. */
import { readContext, type Tool } from './tools/context'
import { dcgmi } from './tools/dcgmi'
import { ibdev2netdev, ibstat, ibvDevinfo } from './tools/infiniband'
import { iperf3 } from './tools/iperf3'
import { memoryBench } from './tools/memory-bench'
import { mpirun } from './tools/mpirun'
import { ncclTest } from './tools/nccl'
import { ncu } from './tools/ncu'
import { ethtool, ip, ss } from './tools/network'
import { nsys } from './tools/nsys'
import { nvidiaSmi } from './tools/nvidia-smi'
import { nvprof } from './tools/nvprof'
import { perftest } from './tools/perftest'
import { pingpong } from './tools/pingpong'
import { serveModel } from './tools/serve-model'
import { zeroBench } from './tools/zero-bench'
import { collectives } from './hardware-model'
import { workRefused } from './one-launch'
import { perftestTools } from './tool-names'

const tools: Record<string, Tool> = {
  'nvidia-smi': nvidiaSmi,
  dcgmi,
  ncu,
  nsys,
  nvprof,
  ip,
  ethtool,
  ss,
  ibstat,
  ibv_devinfo: ibvDevinfo,
  ibdev2netdev,
  iperf3,
  mpirun,
  'serve-model': serveModel,
  'pingpong.py': pingpong,
  'zero_bench.py': zeroBench,
  'memory_bench.py': memoryBench,
  ...Object.fromEntries(perftestTools.map((name) => [name, perftest(name)])),
  ...Object.fromEntries(collectives.map((name) => [`${name}_perf`, ncclTest(name, null)])),
}

/** They look, and no time passes by them. */
const watching = new Set(['nvidia-smi', 'dcgmi', 'ip', 'ethtool', 'ss', 'ibstat', 'ibv_devinfo', 'ibdev2netdev'])

/** A planted hang lasts until somebody ends the process. */
const hang = (): Promise<number> => new Promise(() => setInterval(() => undefined, 60_000))

const main = async ([name = '', ...args]: string[]): Promise<number> => {
  const tool = tools[name]
  if (!tool) throw new Error(`there is no simulated tool ${name}`)
  const context = readContext(process.env)
  if (context.state.faults.hang?.includes(name)) return hang()
  if (context.state.faults.fail?.includes(name)) {
    context.warn(`${name}: simulated failure`)
    return 1
  }
  const refused = watching.has(name) ? null : workRefused(context.dir, context.host.name, context.env)
  if (refused !== null) {
    context.warn(`${name}: ${refused}`)
    return 1
  }
  return tool(args, context)
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader has gone (`nvidia-smi | head`): end as SIGPIPE would.
  process.exit(error.code === 'EPIPE' ? 141 : 1)
})

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.stderr.write(`simulated tool: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 70
  },
)
