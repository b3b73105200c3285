import type { Plan } from '../../../preload/contract'
import { redactSecrets } from '../../../remote-scripts/_kit/secrets'

const assignment = /\b([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|'[^']*'|[^\s;&|"']+)/g
const secretName = /TOKEN|SECRET|PASS(WORD|WD|PHRASE)?|KEY|CREDENTIAL|AUTH/i

/** Shell text without the values of variables whose names say that they are secret. */
export const redactSetup = (setup: string): string =>
  redactSecrets(setup.replace(assignment, (whole, name: string) => (secretName.test(name) ? `${name}=***` : whole)))

const redactParams = (params: Plan['probes'][number]['params']): Plan['probes'][number]['params'] =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? redactSetup(value) : value]))

/** The plan for other eyes: a report is passed on, a host's set-up and a command of the user's may hold tokens. */
export const redactPlan = (plan: Plan): Plan => ({
  ...plan,
  probes: plan.probes.map((use) => ({ ...use, params: redactParams(use.params) })),
  hosts: Object.fromEntries(
    Object.entries(plan.hosts).map(([name, spec]) => [name, spec.setup === undefined ? spec : { ...spec, setup: redactSetup(spec.setup) }]),
  ),
})
