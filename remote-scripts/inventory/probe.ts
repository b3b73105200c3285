import { z } from 'zod'
import type { ParseResult } from '../../preload/contract'
import { defineProbe, type FormatParser } from '../_kit/probe'
import { roleProblem, textOf } from '../_kit/outcome'
import { cleanText } from '../_kit/text'
import { ethtool } from './formats/ethtool'
import { ethtoolDriver, ethtoolStatistics } from './formats/ethtool-driver'
import { ibstat } from './formats/ibstat'
import { ibstatus } from './formats/ibstatus'
import { ibvDevinfo } from './formats/ibv-devinfo'
import { smiTable } from './formats/smi-table'
import { smiText } from './formats/smi-text'
import { smiXml } from './formats/smi-xml'
import { smiTopology } from './formats/topology'
import { unreadInventories } from './formats/unread'
import { inventoryMetrics } from './metrics'
import { parseInventory } from './parse'

const params = z.strictObject({})

/** Facts for a table of hosts; the whole inventory is kept beside the experiment. */
const factsOf = (text: string): ParseResult => {
  const { inventory, warnings, problem } = parseInventory(text)
  return {
    probe: 'inventory',
    tool: { name: 'inventory', version: null },
    facts: {
      hostname: inventory.hostname,
      kernel: inventory.kernel,
      os: inventory.os,
      cpu: inventory.cpu.model,
      gpus: inventory.gpus.map((gpu) => gpu.name),
      hcas: inventory.hcas.map((hca) => `${hca.name}:${hca.port}`),
      interfaces: inventory.interfaces.map((one) => one.name),
      tools: Object.keys(inventory.tools),
      simulated: inventory.simulated,
    },
    measurements: [],
    rows: { understood: problem ? 0 : 1, skipped: 0 },
    warnings,
    problem,
  }
}

const pythonEnv = (python: string | null): Record<string, string> => (python ? { HR_PYTHON: python } : {})

const inventoryFormat: FormatParser = {
  id: 'inventory',
  detect: (head) => (/^=== hr section host$/m.test(head) ? 1 : 0),
  parse: (text) => [factsOf(cleanText(text))],
}

export default defineProbe({
  id: 'inventory',
  version: '1',
  title: { en: 'Inventory', 'zh-CN': '清单' },
  summary: {
    en: 'What a host has: processors, GPUs, network interfaces, HCAs, drivers and tools.',
    'zh-CN': '主机有什么：处理器、GPU、网络接口、HCA、驱动和工具。',
  },
  needs: {
    en: 'A POSIX shell, /proc and /sys. Every tool is optional.',
    'zh-CN': 'POSIX shell、/proc 和 /sys。所有工具均为可选。',
  },
  disturbs: {
    en: 'Nothing: it reads /proc and /sys and asks tools for their versions, under a second as a rule.',
    'zh-CN': '无影响：只读取 /proc 和 /sys 并询问工具版本，通常不到一秒。',
  },
  minHosts: 1,
  maxHosts: 64,
  params,
  metrics: inventoryMetrics,
  expectedSeconds: () => 2,
  preflight: () => ({ probe: 'inventory', canRun: true, via: 'sh', why: [], fix: [] }),
  jobs: ({ hosts }) =>
    hosts.map((host, index) => ({
      role: `host${index}`,
      host: host.name,
      script: 'inventory/run.sh',
      env: pythonEnv(host.python),
      main: true,
      display: 'sh -s < inventory/run.sh',
    })),
  formats: [
    inventoryFormat,
    smiXml,
    smiText,
    smiTable,
    smiTopology,
    ibstat,
    ibstatus,
    ibvDevinfo,
    ethtool,
    ethtoolStatistics,
    ethtoolDriver,
    ...unreadInventories,
  ],
  read({ roles }) {
    const results = roles.map((role) => ({ role, result: factsOf(textOf(role, 'stdout') ?? '') }))
    const failed = results
      .map(({ role, result }) => roleProblem(role, 'The inventory') ?? result.problem)
      .find((problem) => problem !== null)
    return {
      tool: { name: 'inventory', version: null },
      facts: results[0]?.result.facts ?? {},
      measurements: [],
      series: [],
      warnings: results.flatMap(({ role, result }) =>
        result.warnings.map((warning) => ({ ...warning, message: `${role.host}: ${warning.message}` })),
      ),
      problem: failed ?? null,
      transportLog: null,
      expectedBytes: null,
    }
  },
})
