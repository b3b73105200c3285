import { appError, type Arm } from '../../preload/contract'

/** `micro-batch` -> HR_ARM_MICRO_BATCH. */
export const armVariable = (factor: string): string => `HR_ARM_${factor.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`

/** The arm's levels as a command of the user's sees them. Throws input.invalid when two factors would share a variable. */
export const armEnv = (arm: Arm): Record<string, string> => {
  const env = new Map<string, string>()
  for (const [factor, level] of Object.entries(arm)) {
    const name = armVariable(factor)
    if (env.has(name)) throw appError('input.invalid', `Two factors would both reach the command as ${name}.`)
    env.set(name, String(level))
  }
  return Object.fromEntries(env)
}
