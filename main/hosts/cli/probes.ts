import type { Command } from 'commander'
import { appError } from '../../../preload/contract'
import { probes } from '../../../remote-scripts'
import { probeInfo } from '../../services/api'
import { languageOf } from './context'
import { exitCodes } from './exit-codes'
import type { Action, Register } from './main'
import { printJson, printLine, printTable, say } from './print'

const list: Action = async (options) => {
  const all = [...probes.values()].map((probe) => probeInfo(probe, languageOf(options)))
  if (options.json) printJson({ probes: all })
  else
    printTable(
      ['PROBE', 'VERSION', 'MEASURES'],
      all.map((probe) => [probe.id, probe.version, probe.summary]),
    )
  return exitCodes.done
}

const describeParams = (schema: Record<string, unknown>): string[][] =>
  Object.entries((schema.properties ?? {}) as Record<string, { type?: string; default?: unknown; description?: string }>).map(
    ([name, one]) => [name, one.default === undefined ? '' : JSON.stringify(one.default), one.description ?? one.type ?? ''],
  )

const describe: Action = async (options, id = '') => {
  const probe = probes.get(id)
  if (!probe) throw appError('input.usage', `There is no probe "${id}"; there are: ${[...probes.keys()].join(', ')}.`)
  const language = languageOf(options)
  const info = probeInfo(probe, language)
  if (options.json) {
    printJson(info)
    return exitCodes.done
  }
  printLine(
    `${info.id} ${info.version}: ${info.title}\n${info.summary}\n${say(`Needs: ${info.needs}`)}\n${say(`Disturbs: ${info.disturbs}`)}\n`,
  )
  printTable(['PARAMETER', 'DEFAULT', 'MEANING'], describeParams(info.paramsSchema))
  printLine()
  printTable(
    ['METRIC', 'UNIT', 'BETTER', 'MEANING'],
    info.metrics.map((metric) => [metric.id, metric.unit, say(metric.better), metric.meaning]),
  )
  return exitCodes.done
}

export const addProbeCommands = (program: Command, register: Register): void => {
  const group = program.command('probes').description('the measurement procedures')
  register(group, 'list', 'every probe', list)
  register(group, 'describe <probe>', 'what it needs and disturbs, parameters, metrics, units', describe)
}
