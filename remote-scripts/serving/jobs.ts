import { endpointEnv, endpointOf, shellWord } from '../_kit/endpoint'
import type { LaunchContext, RoleJob } from '../_kit/probe'
import { repeatSeed } from '../_kit/repeat-seed'
import { stepsOf, type ServingParams } from './params'
import { generatorPython } from './preflight'

/** The test as the generator takes it. The API key is not in it: only the name of the variable that holds it on the host. */
const specOf = (params: ServingParams, repeat: number | undefined): Record<string, unknown> => {
  const rest = Object.entries(params).filter(([name]) => name !== 'rate' && name !== 'seconds_each')
  const steps = stepsOf(params)
  const seed = repeatSeed(params.seed, repeat)
  return { ...Object.fromEntries(rest), seed, rates: steps.map((step) => step.rate), seconds: steps.map((step) => step.seconds) }
}

/** One role on one host. With a fabric, connections leave from that fabric's address. */
export const servingJobs = (context: LaunchContext<ServingParams>): RoleJob[] => {
  const endpoint = endpointOf(context, 0)
  const host = context.hosts[0]
  const spec = JSON.stringify(specOf(context.params, context.repeat))
  const python = host?.python ?? generatorPython(host?.inventory ?? null)
  return [
    {
      role: 'load',
      host: endpoint.host,
      script: 'serving/load.sh',
      env: {
        ...(context.fabric ? endpointEnv(endpoint) : {}),
        ...(python === null ? {} : { HR_PYTHON: python }),
        HR_MODULES: context.params.url.startsWith('https:') ? 'socket, ssl' : 'socket',
        HR_SPEC: spec,
      },
      main: true,
      display: `HR_SPEC=${shellWord(spec)} python3 loadgen.py`,
    },
  ]
}
