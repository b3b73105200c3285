import type { Command } from 'commander'
import { canRunIn, hostSpec, slug, toProblem, type HostSpec, type HostTest, type Inventory, type Problem } from '../../../preload/contract'
import { addHost, findHost, inventoryOfHost, removeHost, testHost } from '../../services/hosts/hosts'
import { captureInventory } from '../../services/hosts/inventory'
import type { Language } from '../../../preload/contract/messages'
import type { App } from '../compose'
import { languageOf, withApp } from './context'
import { exitCodeOf, exitCodes } from './exit-codes'
import type { Action, Register } from './main'
import { printJson, printLine, printTable, say, sayLine, simulatedMark } from './print'

/** A name from the list, or else whatever ssh would take. */
const specOf = (app: App, name: string): { spec: HostSpec; saved: boolean } => {
  const saved = app.deps.store.listHosts().find((host) => host.name === name)
  if (saved) return { spec: saved.spec, saved: true }
  return { spec: name === 'local' ? { local: true } : hostSpec.parse({ ssh: name }), saved: false }
}

const namesOrAll = (app: App, names: string[]): string[] => (names.length > 0 ? names : app.deps.store.listHosts().map((host) => host.name))

const list: Action = (options) =>
  withApp(options, 'read', async (app) => {
    const { hosts, sshAliases } = await app.client.call('hosts.list', {})
    if (options.json) printJson({ hosts, sshAliases })
    else if (hosts.length === 0)
      sayLine(
        `No hosts yet. Add one: headroom hosts add NAME --ssh ALIAS   (aliases in the ssh_config: ${sshAliases.join(', ') || 'none'})`,
      )
    else
      printTable(
        ['NAME', 'TARGET', 'GPUS', 'LAST SEEN'],
        hosts.map((host) => [
          host.name,
          host.spec.ssh ?? 'local',
          String(host.inventory?.gpus.length ?? '?'),
          host.lastSeenAt ?? say('never'),
        ]),
      )
    return exitCodes.done
  })

const add: Action = (options, name = '') =>
  withApp(options, 'write', async (app) => {
    const spec = hostSpec.parse({
      ssh: options.ssh,
      ...(options.local ? { local: true } : {}),
      setup: options.setup,
      python: options.python,
    })
    const host = addHost(app.deps, slug.parse(name), spec)
    if (options.json) printJson(host)
    else sayLine(`Added ${host.name}. Next: headroom hosts test ${host.name}`)
    return exitCodes.done
  })

const remove: Action = (options, name = '') =>
  withApp(options, 'write', async (app) => {
    removeHost(app.deps, name)
    if (options.json) printJson({ removed: name })
    return exitCodes.done
  })

const describeTest = (test: HostTest): string[] => [
  test.host,
  test.target,
  test.ok ? say(`ok, ${test.connectMs?.toFixed(0)} ms`) : (test.problem?.code ?? say('failed')),
  test.ok ? `${test.serverSoftware ?? ''} ${test.cipher ?? ''}${simulatedMark(test.simulated)}` : say(test.problem?.message ?? ''),
]

const test: Action = (options, ...names) =>
  withApp(options, 'either', async (app) => {
    const tests = await Promise.all(namesOrAll(app, names).map((name) => testHost(app.deps, name, specOf(app, name).spec)))
    if (options.json) printJson({ hosts: tests })
    else printTable(['HOST', 'TARGET', 'RESULT', ''], tests.map(describeTest))
    const failure = tests.find((one) => one.problem)
    return failure?.problem ? exitCodeOf(failure.problem.code) : exitCodes.done
  })

const inWords = (inventory: Inventory, language: Language) => ({
  ...inventory,
  preflight: inventory.preflight.map((check) => canRunIn(check, language)),
})

const printInventory = (name: string, inventory: ReturnType<typeof inWords>): void => {
  printLine(`${name}: ${inventory.hostname}${simulatedMark(inventory.simulated)}`)
  printLine(`  ${inventory.os}, ${say(`kernel ${inventory.kernel}`)}, ${inventory.cpu.cores} x ${inventory.cpu.model}`)
  for (const gpu of inventory.gpus) printLine(`  GPU ${gpu.index}: ${gpu.name}, ${say(`driver ${gpu.driver ?? '?'}`)}`)
  if (inventory.gpus.length === 0) printLine(`  ${say('no GPU')}`)
  for (const one of inventory.interfaces)
    printLine(
      `  ${one.name}: ${one.rateGbps === null ? say('rate not reported') : `${one.rateGbps} Gb/s`}, ${one.linkType}, ${say(one.up ? 'up' : 'down')}, ${one.addresses.join(' ')}`,
    )
  for (const hca of inventory.hcas) printLine(`  ${hca.name}:${hca.port}: ${hca.rateGbps ?? '?'} Gb/s, ${hca.linkLayer}, ${hca.state}`)
  for (const probe of inventory.preflight) {
    printLine(
      `  ${say(probe.canRun ? 'can run' : 'cannot run')} ${probe.probe}${probe.via ? say(` via ${probe.via}`) : ''}${probe.why.length > 0 ? `: ${probe.why.join(' ')}` : ''}`,
    )
    for (const fix of probe.fix) printLine(`    ${say('fix')}: ${fix}`)
  }
}

type Look = { host: string; inventory: Inventory | null; problem: Problem | null }

/** One host that does not answer must not hide what the others say. */
const lookAt = async (app: App, host: string): Promise<Look> => {
  try {
    const { spec, saved } = specOf(app, host)
    const inventory =
      saved && !app.readonly
        ? await inventoryOfHost(app.deps, host)
        : (await captureInventory(app.deps, await app.pool.get(spec), spec)).inventory
    return { host, inventory, problem: null }
  } catch (error) {
    return { host, inventory: null, problem: toProblem(error) }
  }
}

const inventory: Action = (options, ...names) =>
  withApp(options, 'either', async (app) => {
    const looks = await Promise.all(namesOrAll(app, names).map((name) => lookAt(app, name)))
    const language = languageOf(options)
    if (options.json)
      printJson({ hosts: looks.map((look) => ({ ...look, inventory: look.inventory && inWords(look.inventory, language) })) })
    else {
      for (const { host, inventory, problem } of looks) {
        if (inventory) printInventory(host, inWords(inventory, language))
        else printLine(`${host}: ${say(problem?.message ?? '')} [${problem?.code}]`)
      }
    }
    const problem = looks.find((look) => look.problem)?.problem
    return problem ? exitCodeOf(problem.code) : exitCodes.done
  })

const clean: Action = (options, name = '') =>
  withApp(options, 'either', async (app) => {
    const { spec, saved } = specOf(app, name)
    if (saved) findHost(app.deps, name)
    const removedBytes = await app.deps.jobs.cleanAll(await app.pool.get(spec))
    if (options.json) printJson({ host: name, removedBytes })
    else sayLine(`Removed ${removedBytes} bytes below ~/.cache/headroom on ${name}.`)
    return exitCodes.done
  })

export const addHostCommands = (program: Command, register: Register): void => {
  const hosts = program.command('hosts').description('the hosts you measure on')
  register(hosts, 'list', 'hosts in the store and aliases in the ssh_config', list)
  register(hosts, 'add <name>', 'keep a host', add, (command) =>
    command
      .option('--ssh <target>', 'ssh_config alias or user@host:port')
      .option('--local', 'this machine, no SSH')
      .option('--setup <shell>', 'shell text run before every probe')
      .option('--python <path>', 'Python to use'),
  )
  register(hosts, 'remove <name>', 'forget a host (its runs stay)', remove)
  register(hosts, 'test [host...]', 'connect and report; HOST is a kept name or an ssh alias', test)
  register(hosts, 'inventory [host...]', 'what a host has, and which probes can run there', inventory)
  register(hosts, 'clean <host>', 'remove ~/.cache/headroom on the host', clean)
}
