import { shellWord } from '../_kit/endpoint'
import type { LaunchContext, RoleJob } from '../_kit/probe'
import { repeatSeed } from '../_kit/repeat-seed'
import { benchPlan, type DataloaderParams } from './params'
import { dataloaderPython } from './preflight'

/** One role: the sweep, on the one host. */
export const dataloaderJobs = ({ params, hosts, repeat }: LaunchContext<DataloaderParams>): RoleJob[] =>
  hosts.slice(0, 1).map((host) => {
    const python = host.python ?? dataloaderPython(host.inventory, params)
    const plan = JSON.stringify({ ...benchPlan(params), seed: repeatSeed(params.seed, repeat) })
    return {
      role: 'sweep',
      host: host.name,
      script: 'dataloader/run.sh',
      env: { ...(python ? { HR_PYTHON: python } : {}), HR_DATALOADER: plan },
      main: true,
      display: `HR_DATALOADER=${shellWord(plan)} ${shellWord(python ?? 'python3')} dataloader/dataloader_bench.py`,
    }
  })
