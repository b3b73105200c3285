import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { probes } from '../../../remote-scripts'
import { startLab, type Lab } from '../../adapters/lab'
import { compareExperiment } from '../../services/compare'
import { addHost } from '../../services/hosts/hosts'
import { parsePlanYaml } from '../../services/plans/plan-yaml'
import { exportReport } from '../../services/reports'
import { appError } from '../../../preload/contract'
import { labToolEntry } from '../app-root'
import type { App } from '../compose'
import { dataDirOf, languageOf, withApp, type CommonOptions } from './context'
import { exitCodes } from './exit-codes'
import type { Action, Register } from './main'
import { printJson, printLine } from './print'
import { runDocument, seeThrough } from './run'
import { serveUntilStopped } from './serve'

const runDemo = async (
  app: App,
  lab: Lab,
  options: CommonOptions,
): Promise<{ document: Record<string, unknown>; sentences: string[]; pdf: string }> => {
  const { plan, problems } = parsePlanYaml({ probes }, lab.planYaml)
  if (!plan || problems[0]) throw appError('internal', `The demo's own plan is not valid: ${problems[0]?.message ?? 'no plan'}`)
  const experiment = await seeThrough(app, options, await app.runner.start(plan))
  const comparison = compareExperiment(app.deps, experiment.id, 'fabric', languageOf(options))
  const printed = await exportReport(app.deps, { experiment: experiment.id, lang: languageOf(options), paper: 'A4' })
  return {
    document: { ...runDocument(app, experiment), comparison, pdf: printed.path },
    sentences: comparison.headlines.map((headline) => headline.sentence),
    pdf: printed.path,
  }
}

/** The demo keeps its own store, so that simulated numbers never lie beside measured ones. */
const demo: Action = async (options) => {
  const dataDir = options.data ? dataDirOf(options) : join(dataDirOf(options), 'demo')
  mkdirSync(dataDir, { recursive: true })
  const lab = await startLab({ dir: join(dataDir, 'lab'), seed: Number(options.seed ?? 42), toolEntry: labToolEntry })
  try {
    return await withApp(
      { ...options, data: dataDir, sshConfig: lab.sshConfigFile },
      'write',
      async (app) => {
        if (!options.quiet)
          process.stderr.write(
            `Simulated lab: ${lab.hosts.map((host) => host.name).join(', ')} on loopback. Every number below is SIMULATED.\n`,
          )
        for (const { name } of lab.hosts) addHost(app.deps, name, { ssh: name })
        const { document, sentences, pdf } = await runDemo(app, lab, options)
        if (options.json) printJson(document)
        else {
          printLine('\nSIMULATED: computed from a stated hardware model, not measured.')
          sentences.forEach((sentence) => printLine(sentence))
          printLine(`\nPDF: ${pdf}`)
        }
        if (options.once !== true) await serveUntilStopped(app, { open: true, json: false })
        return exitCodes.done
      },
      'window',
    )
  } finally {
    await lab.close()
  }
}

export const addDemoCommands = (program: Command, register: Register): void => {
  register(program, 'demo', 'the Ethernet-against-InfiniBand experiment on a simulated lab inside this program', demo, (command) =>
    command.option('--once', 'end after the PDF instead of opening the app').option('--seed <n>', 'seed of the simulated noise'),
  )
}
