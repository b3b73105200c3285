import type { Plan } from '../../../preload/contract'
import { redactSecrets } from '../../../remote-scripts/_kit/text'

const assignment = /\b([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|'[^']*'|[^\s;&|"']+)/g
const secretName = /TOKEN|SECRET|PASS(WORD|WD|PHRASE)?|KEY|CREDENTIAL|AUTH/i

/** Shell text without the values of variables whose names say that they are secret. */
export const redactSetup = (setup: string): string =>
  redactSecrets(setup.replace(assignment, (whole, name: string) => (secretName.test(name) ? `${name}=***` : whole)))

/** The plan for other eyes: a report is passed on, a host's set-up may export tokens. */
export const redactPlan = (plan: Plan): Plan => ({
  ...plan,
  hosts: Object.fromEntries(
    Object.entries(plan.hosts).map(([name, spec]) => [name, spec.setup === undefined ? spec : { ...spec, setup: redactSetup(spec.setup) }]),
  ),
})
