import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Inventory } from '../../preload/contract'
import { emptyInventory } from '../_kit/empty-inventory'
import { functionOf, kindOf } from '../_kit/folded-line'
import { chooseFlameTool } from './choice'
import { flameParams } from './params'
import { flamePreflight } from './preflight'
import probe from './probe'

const tool = { path: '/usr/bin/it', version: '1' }
const host = (overrides: Partial<Inventory>): Inventory => ({
  ...emptyInventory,
  uid: 1000,
  pythons: [{ path: '/usr/bin/python3', version: '3.11.2', torch: null, cuda: false }],
  ...overrides,
})
const params = (given: Record<string, unknown>) => flameParams.parse(given)
const python = params({ command: 'python3 train.py' })
const program = params({ command: './server' })
const attach = params({ attach: 'train.py' })

describe('which profiler', () => {
  const both = { 'py-spy': tool, perf: tool }
  it.each([
    ['Python with both', python, host({ tools: both }), 'py-spy'],
    ['Python with perf alone', python, host({ tools: { perf: tool } }), 'sampler'],
    ['Python where only administrators may trace', python, host({ tools: both, ptraceScope: 2 }), 'sampler'],
    ['a program of its own', program, host({ tools: both }), 'perf'],
    ['attaching, py-spy there', attach, host({ tools: both, ptraceScope: 0 }), 'py-spy'],
    ['attaching, py-spy held back', attach, host({ tools: both, ptraceScope: 1 }), 'perf'],
    ['attaching as root', attach, host({ tools: both, ptraceScope: 1, uid: 0 }), 'py-spy'],
    ['an inventory that is not there', python, null, 'sampler'],
  ])('%s', (_, given, inventory, expected) => expect(chooseFlameTool(given, inventory)).toBe(expected))
})

describe('preflight', () => {
  const said = (inventory: Inventory, given = python): string => JSON.stringify(flamePreflight(inventory, given))

  it('runs a Python script on a host with nothing but Python', () =>
    expect(flamePreflight(host({}), python)).toEqual({ probe: 'flame', canRun: true, via: 'sampler', why: [], fix: [] }))

  it('says what is missing, what is forbidden and how to mend it', () => {
    expect(said(host({}), program)).toMatch(/perf is not installed.*linux-perf/)
    expect(said(host({ tools: { perf: tool }, perfEventParanoid: 4 }), program)).toMatch(
      /perf_event_paranoid is 4.*sysctl kernel\.perf_event_paranoid=2/,
    )
    expect(flamePreflight(host({ tools: { perf: tool }, perfEventParanoid: 4, uid: 0 }), program).canRun).toBe(true)
    expect(flamePreflight(host({ tools: { perf: tool }, perfEventParanoid: 2 }), program)).toMatchObject({ canRun: true, via: 'perf' })
    expect(said(host({ tools: { 'py-spy': tool }, ptraceScope: 1 }), attach)).toMatch(
      /ptrace_scope is 1.*params\.command instead of params\.attach/,
    )
    expect(said(host({ pythons: [] }))).toMatch(/Python is not installed/)
    expect(said(host({ simulated: true }))).toMatch(/simulated/)
  })
})

describe('parameters', () => {
  it('are a command or a process, not both and not neither', () => {
    for (const given of [{}, { command: 'x', attach: 'y' }, { command: '  ' }, { attach: 'x', tool: 'sampler' }])
      expect(flameParams.safeParse(given).success, JSON.stringify(given)).toBe(false)
  })
})

describe('the job', () => {
  const job = (given: Record<string, unknown>) =>
    probe.jobs({
      params: params(given),
      arm: { batch: 8 },
      fabric: null,
      hosts: [{ name: 'a', python: null, inventory: host({ tools: { perf: tool } }) }],
    })[0]
  it('shows the command as a person would type it, without secrets', () => {
    const shown = job({ command: 'API_TOKEN=abcdef0123456789 ./server', folder: '/srv', seconds: 5 })
    expect(shown?.display).toBe(
      "cd /srv && HR_ARM_BATCH=8 perf record -F 99 --call-graph fp -o perf.data -- sh -c 'API_TOKEN=*** ./server'   # at most 5 s",
    )
    expect(shown?.env).toMatchObject({ HR_ATTACH: '', HR_RATE: '99', HR_TOOL_PATH: '/usr/bin' })
  })
})

describe('the own sampler', () => {
  /** Facts that it leaves, line by line, when this is done with `one`, a Sampler. */
  const factsOf = (before: string, done: string): string[] => {
    const folder = mkdtempSync(join(tmpdir(), 'hr-sampler-'))
    try {
      const found = `sys.path.insert(0, ${JSON.stringify(import.meta.dirname)})`
      const program = ['import os, sys, threading', before, found, 'import sampler', 'one = sampler.Sampler()', done].join('\n')
      const env = {
        ...process.env,
        HR_KIT: join(import.meta.dirname, '..'),
        HR_OUT: folder,
        HR_JOB: folder,
        HR_RATE: '99',
        HR_SECONDS: '1',
      }
      expect(spawnSync('python3', ['-B', '-c', program], { env, encoding: 'utf8' }).stderr).toBe('')
      return readFileSync(join(folder, 'facts'), 'utf8').split('\n')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  it('says wall clock where Python cannot tell the processor time of a thread (before 3.8), whatever was asked for', () => {
    expect(factsOf('', 'one.write()')).toContain('event\tprocessor time of threads')
    expect(factsOf('del threading.Thread.native_id', 'one.write()')).toContain('event\twall clock')
  })

  it('tells functions without a name apart by the line where they begin', () => {
    const seen = 'def seen(n): return sampler.fact("stack", one.stack(sys._getframe(1), None)) or n'
    const program = [
      seen,
      'one_line = lambda n: seen(n)',
      'other = lambda n: (',
      '  seen(n))',
      'one_line(1); other(2); list(seen(n) for n in [3])',
    ]
    const stacks = factsOf('', program.join('\n')).filter((fact) => fact.startsWith('stack'))
    const functions = stacks.map((stack) => functionOf(stack.split(';').at(-1) ?? ''))
    expect(functions).toEqual([
      expect.stringMatching(/^<lambda:\d+> \(<string>\)$/),
      expect.stringMatching(/^<lambda:\d+> \(<string>\)$/),
      expect.stringMatching(/^<genexpr:\d+> \(<string>\)$/),
    ])
    const [first, second] = functions.map((name) => Number(/:(\d+)>/.exec(name)?.[1]))
    // By the definition, not by the line that runs.
    expect(second).toBe((first ?? 0) + 1)
    expect(stacks.every((stack) => kindOf(stack.split(';').at(-1) ?? '') === 'python')).toBe(true)
  })

  it('says where a stack is too deep to be kept whole', () => {
    const deep = 'def down(n):\n    return down(n - 1) if n else one.stack(sys._getframe(), None)'
    const [said = ''] = factsOf('', `${deep}\nsampler.fact("stack", down(700)[:60])`)
    expect(said).toMatch(/^stack\t\[callers of more than 512 frames\];down \(<string>:\d+\);down/)
  })

  it('is written by the process that it looked at, not by those that this one forks', () => {
    const facts = factsOf(
      '',
      'one.looks = 3\nif os.fork() == 0:\n    one.looks = 9\n    one.write()\n    os._exit(0)\nos.wait()\none.write()',
    )
    expect(facts.filter((fact) => fact.startsWith('looks\t'))).toEqual(['looks\t3'])
  })
})

/** What `perf script -F comm,tid,period,event,ip,sym,dso` prints, with everything in it that breaks careless splitting. */
const script = `my worker 811   10101010 cpu-clock:ppp: 
	ffffffff81b98107 do_wp_page ([kernel.kallsyms])
	ffffffff81c00a82 asm_exc_page_fault ([kernel.kallsyms])
	          1af8bb std::map<int, (anonymous namespace)::T>::operator()(int) const+0x1f (/opt/a (old)/lib x.so)
	          1350ea run;all (/usr/bin/server)
	    7fc150f55ad8 [unknown] ([unknown])

my worker 811   10101010 cpu-clock:ppp: 
	    7fc150f55ad8 [unknown] (/usr/lib/libm.so.6)
	          1350ea py::step:/w/t.py (/tmp/perf-811.map)

my worker 812 PERF_RECORD_LOST lost 7
my worker 812   10101010 cpu-clock:ppp: 
	    7fc150f55ad8 [unknown] (/usr/lib/libm.so.6)
	          1350ea py::step:/w/t.py (/tmp/perf-811.map)

swapper 0   10101010 cpu-clock:ppp: 

`

describe('folding what perf prints', () => {
  it('counts equal stacks, root first, and keeps names apart from what surrounds them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hr-fold-'))
    try {
      writeFileSync(join(folder, 'script'), script)
      const perf = join(folder, 'perf')
      writeFileSync(perf, `#!/bin/sh\nif [ "$1" = evlist ]; then echo cpu-clock:ppp; else cat "${folder}/script"; fi\n`, { mode: 0o755 })
      const program = '. "$HR_KIT/_kit/lib.sh"; . "$HR_KIT/flame/fold.sh"; hr_fold "$HR_OUT/perf" data "$HR_OUT"'
      const env = { ...process.env, HR_KIT: join(import.meta.dirname, '..'), HR_OUT: folder, HR_JOB: folder }
      const folded = spawnSync('sh', ['-c', program], { env, encoding: 'utf8' })
      expect(folded.stderr).toBe('')
      expect(folded.stdout.split('\n')).toEqual([
        'my worker;[unknown];run:all;std::map<int, (anonymous namespace)::T>::operator()(int) const;asm_exc_page_fault_[k];do_wp_page_[k] 1',
        'my worker;py::step:/w/t.py_[j];[libm.so.6] 2',
        'swapper;[no stack] 1',
        '',
      ])
      expect(readFileSync(join(folder, 'facts'), 'utf8')).toBe('samples_lost\t7\nrate_reached_hz\t99\n')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
