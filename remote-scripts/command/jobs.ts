import { armEnv } from '../_kit/arm-env'
import { endpointOf, shellWord } from '../_kit/endpoint'
import type { LaunchContext, RoleJob } from '../_kit/probe'
import { redactSecrets } from '../_kit/secrets'
import type { CommandParams } from './params'

type Context = LaunchContext<CommandParams>

const display = (arm: Record<string, string>, { command, folder }: CommandParams): string => {
  const levels = Object.entries(arm).map(([name, value]) => `${name}=${shellWord(value)} `)
  return redactSecrets(`cd ${folder === '' ? '~' : shellWord(folder)} && ${levels.join('')}sh -c ${shellWord(command)}`)
}

/** The same command on every host at once; each is told the arm, its own place and everybody's address. */
export const commandJobs = (context: Context): RoleJob[] => {
  const { params, hosts } = context
  const arm = armEnv(context.arm)
  const endpoints = hosts.map((_, index) => endpointOf(context, index))
  return hosts.map((host, index) => ({
    role: `host${index}`,
    host: host.name,
    script: 'command/run.sh',
    env: {
      ...arm,
      HR_COMMAND: params.command,
      HR_FOLDER: params.folder,
      HR_HOST: host.name,
      HR_HOST_INDEX: String(index),
      HR_HOST_COUNT: String(hosts.length),
      HR_HOSTS: hosts.map(({ name }) => name).join(','),
      HR_ADDRESSES: endpoints.map((endpoint) => endpoint.address ?? '').join(','),
      HR_INTERFACE: endpoints[index]?.interface ?? '',
    },
    main: true,
    display: display(arm, params),
  }))
}
