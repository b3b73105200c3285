import { globSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { sharedMessages } from '../../preload/contract/messages'
import { phrasesZhCN } from '../../preload/contract/messages/phrases'
import { framesZhCN } from '../../preload/contract/messages/phrases/frames-zh-CN'
import { meaningsZhCN } from '../../preload/contract/messages/phrases/meanings-zh-CN'
import { tracesZhCN } from '../../preload/contract/messages/phrases/traces-zh-CN'
import { translator } from '../../preload/contract/messages/phrases/translate'
import { scriptSentencesOf, sentencesOf } from './phrases'

const root = join(import.meta.dirname, '../..')

/** Files that do little but say why: every text in them counts, not only what a problem or a warning is made from. */
const whole =
  /^main\/(core\/runs\/(transport|validate)|adapters\/ssh\/|adapters\/(files\/verify|sqlite\/(check|errors|lock|look|sealed-table|verify))|services\/(experiments|verify|plans)\/|hosts\/cli\/)|^remote-scripts\/(serving\/knee|timeline\/nsys\/findings)/
/** Simulated tools print what the real ones do. */
const isSource = (file: string): boolean => !/\.test\.ts$|\.fixture\.ts$|adapters\/lab\/|\/messages\//.test(file)

/** Compared with, or written for machines: not for readers. */
const notForReaders = new Set([
  'change password',
  'Connection lost before handshake',
  'a changed key has a known one',
  ' does not contain ',
  "The demo's own plan is not valid: {1}",
  'no plan',
  '  {1}: {2} -> {3}{4}: --pair {5}',
])

const sources = globSync(['main/**/*.ts', 'preload/**/*.ts', 'remote-scripts/**/*.ts'], { cwd: root }).filter(isSource)
const scripts = globSync(['remote-scripts/**/*.sh', 'remote-scripts/**/*.py'], { cwd: root })
const said = new Map(
  [
    ...sources.flatMap((file) => sentencesOf(root, file, whole.test(file)).map((text) => [text, file] as const)),
    ...scripts.flatMap((file) => scriptSentencesOf(root, file).map((text) => [text, file] as const)),
  ].filter(([text]) => !notForReaders.has(text) && !/^(SELECT|UPDATE|SQLite format) /.test(text)),
)

const kindless = (english: string): string => english.replace(/\{[wt](\d)\}/g, '{$1}')
const blanks = (text: string): string[] => [...text.matchAll(/\{[wt]?(\d)\}/g)].map(([, name = '']) => name).sort()
const known = new Set(Object.keys(phrasesZhCN).map(kindless))
const { phrase } = sharedMessages['zh-CN']

describe('what problems, warnings and commands say', () => {
  it('was found in the sources and the scripts', () => {
    expect(sources.length).toBeGreaterThan(400)
    expect(scripts.length).toBeGreaterThan(30)
    expect(said.get('There is no experiment "{1}".')).toMatch(/\.ts$/)
    expect(said.get('the command ended with code {1}: {2}')).toBe('remote-scripts/command/run.sh')
    expect(said.get('METRIC')).toMatch(/cli\//)
  })

  it('has its Chinese', () => {
    expect([...said].filter(([text]) => !known.has(text)).map(([text, file]) => `${file}: ${text}`)).toEqual([])
  })

  it('is filled alike in both languages', () => {
    for (const [english, chinese] of Object.entries(phrasesZhCN)) {
      expect(blanks(chinese), english).toEqual(blanks(english))
      // What is one word or a number everywhere is the same in all.
      if (/[a-z]{3}/.test(english) && english !== 'params' && !/^\d/.test(english))
        expect(chinese, english).toMatch(/\p{Script=Han}|[：，]|^[CG]PU $/u)
    }
  })

  it('keeps no sentence that nobody says', () => {
    const own = new Set([framesZhCN, meaningsZhCN, tracesZhCN].flatMap((part) => Object.keys(part)))
    const others = Object.keys(phrasesZhCN).filter((english) => !own.has(english))
    expect(others.filter((english) => !said.has(kindless(english)))).toEqual([])
  })
})

describe('a sentence in Chinese', () => {
  it('is found by its own words, with what fills it translated as well', () => {
    expect(phrase('There is no experiment "old cluster".')).toBe('没有实验 “old cluster”。')
    expect(phrase('The client on gpu-a: port 5201 is in use on this host; choose another with params.port')).toBe(
      'gpu-a 上的客户端：端口 5201 在该主机上已被占用；请用 params.port 换一个',
    )
    expect(phrase('client on gpu-a: The client on gpu-a ended with exit code 3.')).toBe(
      'gpu-a 上的client：gpu-a 上的客户端以退出码 3 结束。',
    )
    expect(phrase('The knee cannot be told: at 20/s, 3 requests could not be sent: the load was not the stated one.')).toBe(
      '无法得出拐点：在 20/s 时有 3 个请求没能发出：负载不是所声明的。',
    )
  })

  it('is found among others, and in the lines of a list', () => {
    expect(phrase('The test was killed. The test crashed.')).toBe('测试被终止。测试崩溃了。')
    expect(phrase('a.yaml is not a valid plan.\n  - hosts: the plan names no host.\n  - limits: whatever')).toBe(
      'a.yaml 不是有效的计划。\n  - hosts：计划没有写任何主机。\n  - limits：whatever',
    )
  })

  it('stays as it is where nobody translated it: what tools print is quoted, not guessed', () => {
    for (const quoted of [
      'iperf3: error - the server has terminated',
      'NCCL WARN Call to connect returned Connection refused',
      'constructor',
      '',
    ])
      expect(phrase(quoted)).toBe(quoted)
    expect(sharedMessages.en.phrase('There is no run "a".')).toBe('There is no run "a".')
  })

  it('does not lend its place to one that only begins like it', () => {
    const say = translator({ '{w1} is {t2}.': '{1} 是{2}。', 'a link': '链接', 'at {w1}': '在 {1}' })
    expect([say('/data/x is a link.'), say('/data/x is something else.'), say('at 20/s'), say('at the end of it')]).toEqual([
      '/data/x 是链接。',
      '/data/x is something else.',
      '在 20/s',
      'at the end of it',
    ])
  })
})
