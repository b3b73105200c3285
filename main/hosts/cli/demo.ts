import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { probes } from '../../../remote-scripts'
import { faultNames, namedFaults, presetNames, startLab, type Lab } from '../../adapters/lab'
import { compareExperiment } from '../../services/compare'
import { addHost } from '../../services/hosts/hosts'
import { parsePlanYaml } from '../../services/plans/plan-yaml'
import { exportReport } from '../../services/reports'
import { appError, type Plan } from '../../../preload/contract'
import { labToolEntry } from '../app-root'
import type { App } from '../compose'
import { dataDirOf, languageOf, withApp, type CommonOptions } from './context'
import { exitCodes } from './exit-codes'
import type { Action, Register } from './main'
import { printJson, printLine, remark, say, sayLine } from './print'
import { runDocument, seeThrough } from './run'
import { serveUntilStopped } from './serve'

/** The experiments that the lab offers, with the factors by which each is compared. */
const offers = {
  fabric: { yaml: ({ planYaml }: Lab): string => planYaml, factors: ['fabric'] },
  zero: { yaml: ({ zeroPlanYaml }: Lab): string => zeroPlanYaml, factors: ['zero_stage', 'fabric'] },
  serving: { yaml: ({ serving }: Lab): string => serving?.planYaml ?? '', factors: ['gpus'] },
} as const
type OfferName = keyof typeof offers
const offerNames = Object.keys(offers) as OfferName[]

const planOf = (lab: Lab, offer: OfferName): Plan => {
  const { plan, problems } = parsePlanYaml({ probes }, offers[offer].yaml(lab))
  if (!plan || problems[0]) throw appError('internal', `The demo's own plan is not valid: ${problems[0]?.message ?? 'no plan'}`)
  // What the lab asks is a question of ours; a user's own stays as it was written.
  return { ...plan, ...(plan.name === undefined ? {} : { name: say(plan.name) }), question: say(plan.question) }
}

interface Ended {
  document: Record<string, unknown>
  sentences: string[]
  pdf: string
}

const runDemo = async (app: App, lab: Lab, offer: OfferName, options: CommonOptions): Promise<Ended> => {
  const experiment = await seeThrough(app, options, await app.runner.start(planOf(lab, offer)))
  const { factors } = offers[offer]
  const comparisons = factors.map((factor) => compareExperiment(app.deps, experiment.id, factor, languageOf(options)))
  const printed = await exportReport(app.deps, { experiment: experiment.id, lang: languageOf(options), paper: 'A4' })
  return {
    document: { ...runDocument(app, experiment), comparison: comparisons[0], comparisons, pdf: printed.path },
    sentences: comparisons.flatMap(({ headlines }) => headlines.map(({ sentence }) => sentence)),
    pdf: printed.path,
  }
}

const printDemo = ({ document, sentences, pdf }: Ended, options: CommonOptions): void => {
  if (options.json) return printJson(document)
  printLine()
  sayLine('SIMULATED: computed from a stated hardware model, not measured.')
  sentences.forEach((sentence) => printLine(sentence))
  printLine(`\nPDF: ${pdf}`)
}

/** Opens the app; the experiment that was not asked for goes on meanwhile, so that one is seen while it runs. */
const openWithOther = async (app: App, lab: Lab, asked: OfferName, options: CommonOptions): Promise<void> => {
  const other = await app.runner.start(planOf(lab, asked === 'fabric' ? 'zero' : 'fabric'))
  if (!options.quiet) remark(`Now running in the app: ${other.name}`)
  try {
    await serveUntilStopped(app, { open: true, json: false })
  } finally {
    // The simulated hosts go with this program.
    await app.runner.cancel(other.id)
  }
}

const againAfterMs = 3000

/**
 * An interrupt may come twice (from the terminal, and passed on by npm). One that nobody waits for must not end the program, or what runs on the
 * simulated hosts would outlive them; after some seconds another one does, and takes these processes along. Returns what stops listening.
 */
const keepHostsFromOutliving = (lab: Lab): (() => void) => {
  let since: number | null = null
  const onSignal = (): void => {
    if (since !== null && performance.now() - since > againAfterMs) process.exit(exitCodes.failed)
    since ??= performance.now()
  }
  const abandon = (): void => lab.abandon()
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('exit', abandon)
  return () => process.off('SIGINT', onSignal).off('SIGTERM', onSignal).off('exit', abandon)
}

/** The value of an option that takes one of some names; undefined without it. */
const oneOf = <Name extends string>(names: readonly Name[], option: string, given: unknown): Name | undefined => {
  if (given === undefined) return undefined
  const found = names.find((name) => name === given)
  if (found === undefined) throw appError('input.usage', `--${option} takes ${names.join(', ')}, not "${String(given)}".`)
  return found
}

/** The demo keeps its own store, so that simulated numbers never lie beside measured ones. */
const demo: Action = async (options) => {
  const dataDir = options.data ? dataDirOf(options) : join(dataDirOf(options), 'demo')
  const preset = oneOf(presetNames, 'preset', options['preset'])
  const fault = oneOf(faultNames, 'fault', options['fault'])
  const offer = oneOf(offerNames, 'plan', options['plan']) ?? 'fabric'
  mkdirSync(dataDir, { recursive: true })
  const lab = await startLab({
    dir: join(dataDir, 'lab'),
    seed: Number(options.seed ?? 42),
    toolEntry: labToolEntry,
    endpoint: true,
    ...(preset ? { preset } : {}),
    ...(fault ? { faults: namedFaults[fault] } : {}),
  })
  const release = keepHostsFromOutliving(lab)
  try {
    return await withApp(
      { ...options, data: dataDir, sshConfig: lab.sshConfigFile },
      'write',
      async (app) => {
        if (!options.quiet)
          remark(`Simulated lab: ${lab.hosts.map((host) => host.name).join(', ')} on loopback. Every number below is SIMULATED.`)
        for (const { name } of lab.hosts) addHost(app.deps, name, { ssh: name })
        printDemo(await runDemo(app, lab, offer, options), options)
        if (options.once !== true) await openWithOther(app, lab, offer, options)
        return exitCodes.done
      },
      'window',
    )
  } finally {
    await lab.close()
    release()
  }
}

export const addDemoCommands = (program: Command, register: Register): void => {
  register(
    program,
    'demo',
    'Ethernet against InfiniBand, ZeRO 0 to 3, or a model server under load, on a simulated lab inside this program',
    demo,
    (command) =>
      command
        .option('--once', 'end after the PDF instead of opening the app')
        .option(
          '--plan <name>',
          'what to run first: fabric (Ethernet against InfiniBand), zero (ZeRO stages 0 to 3 on both) or serving (a model server under load)',
        )
        .option('--seed <n>', 'seed of the simulated noise')
        .option('--preset <name>', `simulated hardware: ${presetNames.join(', ')}`)
        .option('--fault <name>', `what is wrong in the lab: ${faultNames.join(', ')}`),
  )
}
