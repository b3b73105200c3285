import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { call, type LabProcess, type WebApp } from './world'

/** Makes the lab's keys known, for tests that are not about accepting them. */
export const trustLab = (lab: LabProcess): void =>
  writeFileSync(join(lab.dir, 'known_hosts'), readFileSync(join(lab.dir, 'lab/known_hosts')))

export interface PlanChange {
  question: string
  repeats?: number
}

/** The lab's own plan, made small: tcp and nccl at three sizes. */
const smallPlan = (lab: LabProcess, { question, repeats = 4 }: PlanChange): string =>
  lab.planYaml
    .replace(/^question: .*$/m, `question: ${JSON.stringify(question)}`)
    .replace(/seconds: 3, streams: 4, latency_messages: 1000/, 'seconds: 1')
    .replace(/min_bytes: 1024, max_bytes: \d+/, 'min_bytes: 1048576, max_bytes: 16777216')
    .replace(/ {2}- probe: rdma[\s\S]*?(?=^repeats:)/m, '')
    .replace(/^repeats: \d+$/m, `repeats: ${repeats}`)
    .replace(/^warmup: \d+$/m, 'warmup: 0')

const wait = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds))

/** Hosts with inventories and one finished experiment; returns its id. */
export const runExperiment = async (app: WebApp, lab: LabProcess, change: PlanChange): Promise<string> => {
  trustLab(lab)
  for (const { name } of lab.hosts) {
    await call(app, 'hosts.add', { name, spec: { ssh: name } })
    await call(app, 'hosts.inventory', { name })
  }
  const { plan, problems } = await call<{ plan: unknown; problems: { message: string }[] }>(app, 'plans.parse', {
    yaml: smallPlan(lab, change),
  })
  if (problems[0]) throw new Error(problems[0].message)
  const { id } = await call<{ id: string }>(app, 'experiments.start', { plan })
  for (;;) {
    const { experiment } = await call<{ experiment: { status: string } }>(app, 'experiments.get', { id })
    if (experiment.status !== 'running') return id
    await wait(200)
  }
}
