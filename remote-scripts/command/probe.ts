import { defineProbe } from '../_kit/probe'
import { commandLines } from './formats/json-lines'
import { commandJobs } from './jobs'
import { commandParams, type CommandParams } from './params'
import { commandParamsZhCN } from './params-zh-CN'
import { readCommand } from './read'

export default defineProbe<CommandParams>({
  id: 'command',
  version: '1',
  title: { en: 'Your own command', 'zh-CN': '您自己的命令' },
  summary: {
    en: 'Any command that prints JSON lines with metric, value and unit; its metrics are compared like the others.',
    'zh-CN': '任意输出 JSON 行（含 metric、value 和 unit）的命令；其指标与其他指标一样比较。',
  },
  needs: {
    en: 'A POSIX shell, and what your command needs.',
    'zh-CN': 'POSIX shell，以及您的命令所需的一切。',
  },
  disturbs: {
    en: 'What your command disturbs.',
    'zh-CN': '您的命令所影响的一切。',
  },
  minHosts: 1,
  maxHosts: 64,
  params: commandParams,
  paramsZhCN: commandParamsZhCN,
  // The user's own, which only a launch knows: it declares them among its facts.
  metrics: [],
  expectedSeconds: (params) => params.expected_seconds,
  // A shell is all it needs, and whatever the command itself needs is known to the user alone.
  preflight: () => ({ probe: 'command', canRun: true, via: 'sh', why: [], fix: [] }),
  jobs: commandJobs,
  formats: [commandLines],
  read: readCommand,
})
