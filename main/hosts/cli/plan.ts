import type { Command } from 'commander'
import { appError, type Plan, type PlanPreview } from '../../../preload/contract'
import { probes } from '../../../remote-scripts'
import { parsePlanYaml } from '../../services/plans/plan-yaml'
import { previewPlan } from '../../services/plans/preview'
import { readInput, withHosts } from './context'
import { exitCodeOf, exitCodes } from './exit-codes'
import type { Action, Register } from './main'
import { printJson, printLine, printTable, seconds } from './print'

/** Reads and checks a plan file. Throws input.file_unreadable, input.invalid with every problem in one message. */
export const readPlan = (path: string): Plan => {
  const text = new TextDecoder().decode(readInput(path))
  const { plan, problems } = parsePlanYaml({ probes }, text)
  if (!plan || problems.length > 0)
    throw appError('input.invalid', `${path} is not a valid plan.\n${problems.map((problem) => `  - ${problem.message}`).join('\n')}`)
  return plan
}

const armText = (arm: Record<string, unknown>): string =>
  Object.entries(arm)
    .map(([factor, level]) => `${factor}=${String(level)}`)
    .join(' ') || '(one arm)'

const printPreview = (preview: PlanPreview): void => {
  printLine(`${preview.question}\n`)
  printLine(
    `${preview.arms.length} arms, ${preview.launches} launches (${preview.warmups} of them warm-up), about ${seconds(preview.expectedSeconds)}\n`,
  )
  printTable(
    ['#', 'BLOCK', 'REPEAT', 'PROBE', 'ARM', 'EXPECTED'],
    preview.order.map((one) => [
      String(one.position + 1),
      String(one.block),
      one.warmup ? 'warm-up' : String(one.repeat),
      one.probe,
      armText(one.arm),
      seconds(one.expectedSeconds),
    ]),
  )
  for (const { probe, arm, commands } of preview.commands) {
    printLine(`\n${probe} ${armText(arm)}`)
    for (const command of commands)
      printLine(`  ${command.role} on ${command.host} (${command.target}):\n    ${command.command.split('\n').join('\n    ')}`)
  }
  printLine()
  for (const host of preview.hosts) {
    if (host.problem) printLine(`${host.host} (${host.target}): not reached: ${host.problem.message} [${host.problem.code}]`)
    else if (host.lacks.length === 0) printLine(`${host.host} (${host.target}): has everything that is needed`)
    for (const lack of host.lacks)
      printLine(`${host.host} (${host.target}) cannot run ${lack.probe}: ${lack.why.join('; ')}\n  fix: ${lack.fix.join('\n  fix: ')}`)
  }
  for (const warning of preview.warnings) printLine(`warning: ${warning.message}`)
}

const check: Action = async (options, path = '') => {
  const plan = readPlan(path)
  const preview = await withHosts(options, (deps) => previewPlan(deps, plan))
  if (options.json) printJson(preview)
  else printPreview(preview)
  const unreached = preview.hosts.find((host) => host.problem)
  if (unreached?.problem) return exitCodeOf(unreached.problem.code)
  return preview.hosts.some((host) => host.lacks.length > 0) ? exitCodes.failed : exitCodes.done
}

export const addPlanCommands = (program: Command, register: Register): void => {
  const plan = program.command('plan').description('plan files')
  register(plan, 'check <plan>', 'the exact commands, the order, the duration, and what each host lacks; touches nothing', check)
}
