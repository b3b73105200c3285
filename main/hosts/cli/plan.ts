import type { Command } from 'commander'
import { stringify } from 'yaml'
import { appError, inLanguage, type Plan, type PlanPreview } from '../../../preload/contract'
import type { Language } from '../../../preload/contract/messages'
import { probes } from '../../../remote-scripts'
import { parsePlanYaml } from '../../services/plans/plan-yaml'
import { previewPlan } from '../../services/plans/preview'
import { languageOf, readInput, withHosts } from './context'
import { exitCodeOf, exitCodes } from './exit-codes'
import type { Action, Register } from './main'
import { printJson, printLine, printTable, say, sayLine, seconds } from './print'

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
    .join(' ') || say('(one arm)')

const inWords = (preview: PlanPreview, language: Language) => ({
  ...preview,
  hosts: preview.hosts.map((host) => ({
    ...host,
    lacks: host.lacks.map((lack) => ({
      ...lack,
      why: lack.why.map((one) => inLanguage(one, language)),
      fix: lack.fix.map((one) => inLanguage(one, language)),
    })),
  })),
})

const printPreview = (preview: ReturnType<typeof inWords>): void => {
  printLine(`${preview.question}\n`)
  sayLine(
    `${preview.arms.length} arms, ${preview.launches} launches (${preview.warmups} of them warm-up), about ${seconds(preview.expectedSeconds)}`,
  )
  printLine()
  sayLine(
    preview.telemetry === 'off'
      ? 'Telemetry is off: disturbed launches are not found.'
      : `Telemetry watches the hosts of every launch at ${preview.telemetry.hz} Hz (\`telemetry: off\` leaves it out).`,
  )
  printLine()
  printTable(
    ['#', 'BLOCK', 'REPEAT', 'PROBE', 'ARM', 'EXPECTED'],
    preview.order.map((one) => [
      String(one.position + 1),
      String(one.block),
      one.warmup ? say('warm-up') : String(one.repeat),
      one.probe,
      armText(one.arm),
      seconds(one.expectedSeconds),
    ]),
  )
  for (const { probe, arm, commands } of preview.commands) {
    printLine(`\n${probe} ${armText(arm)}`)
    for (const command of commands)
      printLine(`  ${say(`${command.role} on ${command.host}`)} (${command.target}):\n    ${command.command.split('\n').join('\n    ')}`)
  }
  printLine()
  for (const host of preview.hosts) {
    if (host.problem) printLine(`${host.host} (${host.target}): ${say('not reached')}: ${say(host.problem.message)} [${host.problem.code}]`)
    else if (host.lacks.length === 0) printLine(`${host.host} (${host.target}): ${say('has everything that is needed')}`)
    for (const lack of host.lacks) {
      const where = lack.arms.length > 0 ? ` (${lack.arms.map(armText).join(', ')})` : ''
      printLine(
        `${host.host} (${host.target}): ${say('cannot run')} ${lack.probe}${where}: ${lack.why.join(' ')}\n${lack.fix.map((one) => `  ${say('fix')}: ${one}`).join('\n')}`,
      )
    }
  }
  preview.instead.forEach(({ probeIndex, use, answers }, index) => {
    if (preview.instead[index - 1]?.probeIndex !== probeIndex)
      printLine(`\n${say(`In place of entry ${probeIndex + 1} of probes, these hosts can run:`)}`)
    printLine(`  # ${answers}\n  - ${stringify(use, { collectionStyle: 'flow', lineWidth: 0 }).trim()}`)
  })
  for (const warning of preview.warnings) printLine(`${say('warning')}: ${say(warning.message)}`)
}

const check: Action = async (options, path = '') => {
  const plan = readPlan(path)
  const language = languageOf(options)
  const preview = inWords(await withHosts(options, (deps) => previewPlan(deps, plan, language)), language)
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
