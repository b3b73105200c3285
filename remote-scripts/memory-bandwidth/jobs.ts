import type { LaunchContext, RoleJob } from '../_kit/probe'
import { shellWord } from '../_kit/endpoint'
import type { MemoryParams } from './params'
import { chooseEngine } from './preflight'

type Host = LaunchContext<MemoryParams>['hosts'][number]

const envOf = (params: MemoryParams, host: Host): Record<string, string> => {
  const chosen = host.inventory ? chooseEngine(host.inventory, params.engine) : null
  const python = host.python ?? chosen?.python ?? null
  const engine = host.python ? params.engine : (chosen?.engine ?? params.engine)
  return {
    ...(python ? { HR_PYTHON: python } : {}),
    HR_ENGINE: engine,
    // Without a known Python the first that can import the engine is looked for.
    HR_MODULE: python || engine === 'auto' || engine === 'c' ? 'sys' : engine,
    HR_SIZE_BYTES: params.size_bytes === undefined ? '' : String(params.size_bytes),
    HR_WORKERS: params.workers === undefined ? '' : String(params.workers),
    HR_REPEATS: String(params.repeats),
    HR_GPU: params.gpu ? '1' : '0',
  }
}

const display = (env: Record<string, string>): string => {
  const words = Object.entries(env).filter(([name, value]) => value !== '' && !/^HR_(PYTHON|MODULE)$/.test(name))
  return `${words.map(([name, value]) => `${name}=${value}`).join(' ')} ${shellWord(env['HR_PYTHON'] ?? 'python3')} memory-bandwidth/memory_bench.py`
}

/** Each host by itself, at the same time. */
export const memoryJobs = ({ params, hosts }: LaunchContext<MemoryParams>): RoleJob[] =>
  hosts.map((host, index) => {
    const env = envOf(params, host)
    return { role: `host${index}`, host: host.name, script: 'memory-bandwidth/run.sh', env, main: true, display: display(env) }
  })
