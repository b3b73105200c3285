import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { canRunIn } from '../../preload/contract'
import { emptyInventory } from '../_kit/empty-inventory'
import { kneeOf, type KneeStep } from './knee'
import { servingParams } from './params'
import { servingPreflight } from './preflight'
import probe from './probe'

const preflight = (...args: Parameters<typeof servingPreflight>) => canRunIn(servingPreflight(...args), 'en')

const url = 'http://gpu1:8000/v1/chat/completions'

describe('serving parameters', () => {
  const problems = (params: Record<string, unknown>): string[] =>
    servingParams.safeParse({ url, ...params }).error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) ?? []

  it('hold no secret', () => {
    for (const address of ['http://user:pw@gpu1/', `${url}?api_key=abc`, `${url}?sig=1`, 'file:///etc/passwd', 'http://a b/'])
      expect(problems({ url: address }), address).not.toEqual([])
    for (const name of ['Authorization', 'Cookie', 'x-api-key', 'X-Auth-Token'])
      expect(problems({ headers: { [name]: 'x' } }), name).not.toEqual([])
    expect(problems({ headers: { Host: 'other' } })).not.toEqual([])
    expect(problems({ headers: { 'X-A': 'a\r\nHost: b' } })).not.toEqual([])
    expect(problems({ headers: { 'X-Request-Class': 'batch' }, api_key_env: 'LAB_API_KEY' })).toEqual([])
    expect(problems({ url: 'http://[::1]:8000/v1?api-version=2' })).toEqual([])
  })

  it('say what belongs together', () => {
    expect(problems({ api: 'chat' })[0]).toContain('needs prompt')
    expect(problems({ api: 'chat', prompt: 'x' })).toEqual([])
    expect(problems({ rates: [1, 2], seconds_each: [5] })[0]).toContain('one value per rate')
    expect(problems({ labels_file: 'l', body: 'no place' })).toHaveLength(2)
    expect(problems({ prompt: '\n'.repeat(60_000) })[0]).toContain('use prompts_file')
    expect(problems({ rates: [2000], seconds: 3600 })[0]).toContain('more than 500000 requests')
  })
})

describe('serving preflight and command', () => {
  it('needs a Python that is new enough', () => {
    const pythons = (...versions: string[]) => versions.map((version) => ({ path: `/py/${version}`, version, torch: null, cuda: false }))
    expect(preflight(emptyInventory, null).why[0]).toContain('there is none')
    expect(preflight({ ...emptyInventory, pythons: pythons('2.7.18', '3.5.2') }, null).why[0]).toContain('only 2.7.18, 3.5.2')
    expect(preflight({ ...emptyInventory, pythons: pythons('2.7.18', '3.6.8') }, null)).toMatchObject({
      canRun: true,
      via: 'own generator',
    })
  })

  it('takes one rate of a factor instead of the list, and binds to the fabric', () => {
    const [job] = probe.jobs({
      params: servingParams.parse({ url: 'http://gpu1/', rates: [1, 2], rate: 7, seconds: 3 }),
      arm: { fabric: 'fast' },
      fabric: { name: 'fast', spec: { kind: 'ethernet', interfaces: { a: 'ib0' } } },
      hosts: [
        {
          name: 'a',
          python: null,
          inventory: { ...emptyInventory, pythons: [{ path: '/py/3.9', version: '3.9', torch: null, cuda: false }] },
        },
      ],
    })
    expect(job?.env).toMatchObject({ HR_INTERFACE: 'ib0', HR_PYTHON: '/py/3.9', HR_MODULES: 'socket' })
    expect(JSON.parse(String(job?.env['HR_SPEC']))).toMatchObject({ rates: [7], seconds: [3] })
    expect(job?.display).toMatch(/^HR_SPEC='\{.*"url":"http:\/\/gpu1\/".*' python3 loadgen\.py$/)
  })
})

describe('arrivals of repeated launches', () => {
  it('are those of the seed in the first repeat, the same in every arm of a repeat, and others in the next', () => {
    const seedOf = (rate: number, seed: number, repeat?: number): unknown => {
      const [job] = probe.jobs({
        params: servingParams.parse({ url: 'http://gpu1/', rate, seed }),
        arm: { rate },
        ...(repeat === undefined ? {} : { repeat }),
        fabric: null,
        hosts: [{ name: 'a', python: '/py', inventory: null }],
      })
      return (JSON.parse(String(job?.env['HR_SPEC'])) as { seed: unknown }).seed
    }
    expect([seedOf(5, 7), seedOf(5, 7, 1)]).toEqual([7, 7])
    expect([seedOf(5, 7, 3), seedOf(50, 7, 3)]).toEqual([9, 9])
    // A warm-up is repeat 0; seeds stay what the generator takes.
    expect([seedOf(5, 0, 0), seedOf(5, 0xffffffff, 2)]).toEqual([0xffffffff, 0])
  })
})

describe('the knee', () => {
  const target = { latencyUs: 100_000, statistic: 'p95', maxErrorShare: 0.01 }
  const step = (rateTarget: number, latencyMs: number | null, more: Partial<KneeStep> = {}): KneeStep => ({
    rateTarget,
    arrivalRate: rateTarget,
    completedRate: rateTarget * 0.99,
    requests: 1000,
    errorShare: 0,
    latencyUs: latencyMs === null ? null : latencyMs * 1000,
    lagP99Us: 500,
    notSent: 0,
    ...more,
  })
  const why = (...steps: KneeStep[]): string => {
    const knee = kneeOf(steps, target)
    if (knee.kind === 'at_least') return `at least ${knee.completedRate} at ${knee.highest.rateTarget}: ${knee.why}`
    return knee.kind === 'found' ? `found ${knee.completedRate} ${knee.met.rateTarget} ${knee.missed.rateTarget}` : knee.why
  }

  it('is the last step that meets the target, in whatever order the steps ran', () => {
    expect(why(step(10, 40), step(20, 60), step(40, 300))).toBe('found 19.8 20 40')
    expect(why(step(40, 300), step(10, 40), step(20, 60))).toBe('found 19.8 20 40')
    expect(why(step(10, 40), step(20, 50, { errorShare: 0.02 }))).toBe('found 9.9 10 20')
    expect(why(step(10, 40), step(20, null))).toBe('found 9.9 10 20')
  })

  it('lies at the highest rate or above where every step meets the target, if that step is no doubtful one', () => {
    expect(why(step(20, 60), step(10, 40))).toMatch(/^at least 19\.8 at 20: every step meets/)
    expect(why(step(10, 40), step(20, 60, { notSent: 3 }))).toMatch(/^at 20\/s, 3 requests could not be sent/)
    expect(why(step(10, 40), step(20, 60, { completedRate: 15 }))).toMatch(/^at 20\/s requests piled up/)
  })

  it('cannot be told when the evidence is missing or doubtful', () => {
    expect(why()).toContain('no steps')
    expect(why(step(10, 140), step(20, 160))).toContain('no step meets')
    expect(why(step(10, 40), step(20, 130), step(40, 60), step(80, 900))).toContain('longer steps are needed')
    expect(why(step(10, 40), step(20, 99, { lagP99Us: 3000 }), step(40, 300))).toContain('sent late')
    expect(why(step(10, 40), step(20, 60, { notSent: 3 }), step(40, 300))).toContain('could not be sent')
    expect(why(step(10, 40), step(20, 60, { completedRate: 15 }), step(40, 300))).toContain('piled up')
  })
})

/** Runs the generator's own modules; prints what `program` prints. */
const python = (program: string): unknown =>
  JSON.parse(
    execFileSync(
      'python3',
      ['-B', '-c', `import json, sys\nsys.path.insert(0, sys.argv[1])\n${program}`, join(import.meta.dirname, 'generator')],
      {
        encoding: 'utf8',
      },
    ),
  )

describe('answers read in pieces', () => {
  const outcomes = `
from wire import Answer, Malformed, TooLarge
def read(data, sizes, no_body=False):
    kept = []
    answer = Answer(1000)
    answer.begin(no_body, kept.append)
    at = 0
    try:
        while at < len(data):
            if answer.feed(data[at:at + sizes]):
                return ["done" if at + sizes >= len(data) else "early", answer.status, b"".join(kept).decode(), answer.keep_alive]
            at += sizes
    except Malformed:
        return ["malformed"]
    except TooLarge:
        return ["large"]
    return ["close" if answer.closed() else "more", answer.status, b"".join(kept).decode(), answer.keep_alive]
`
  const cases: [string, string, unknown][] = [
    ['a length', 'HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello', ['done', 200, 'hello', true]],
    [
      'chunks, an extension, a trailer',
      'HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n3;x=y\\r\\nhel\\r\\n02\\r\\nlo\\r\\n0\\r\\nA: b\\r\\n\\r\\n',
      ['done', 200, 'hello', true],
    ],
    [
      'interim answers',
      'HTTP/1.1 103 Hints\\r\\nA: b\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\n\\r\\nx',
      ['done', 200, 'x', true],
    ],
    ['no length', 'HTTP/1.1 200 OK\\r\\n\\r\\nhello', ['close', 200, 'hello', false]],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\\r\\nContent-Length: 1\\r\\n\\r\\nx', ['done', 200, 'x', false]],
    ['an empty 204', 'HTTP/1.1 204 No Content\\r\\nConnection: close\\r\\n\\r\\n', ['done', 204, '', false]],
    ['an error, whose body is not kept', 'HTTP/1.1 500\\r\\nContent-Length: 2\\r\\n\\r\\nno', ['done', 500, '', true]],
    ['a body that lacks its end', 'HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\nhello', ['more', 200, 'hello', true]],
    ['two lengths', 'HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\nContent-Length: 6\\r\\n\\r\\nhello', ['malformed']],
    ['a negative length', 'HTTP/1.1 200 OK\\r\\nContent-Length: -5\\r\\n\\r\\nhello', ['malformed']],
    ['a chunk of 0x10', 'HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0x10\\r\\n', ['malformed']],
    [
      'a chunk longer than it said',
      'HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n1\\r\\nhello\\r\\n0\\r\\n\\r\\n',
      ['malformed'],
    ],
    ['a body too long', 'HTTP/1.1 200 OK\\r\\nContent-Length: 1001\\r\\n\\r\\n', ['large']],
    ['a chunk too long', 'HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nffffff\\r\\n', ['large']],
    ['HTTP/2', 'HTTP/2 200\\r\\n\\r\\n', ['malformed']],
    ['a body in gzip on top', 'HTTP/1.1 200 OK\\r\\nTransfer-Encoding: gzip, chunked\\r\\n\\r\\n', ['malformed']],
    ['bytes after the end', 'HTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\n\\r\\nxy', ['malformed']],
  ]

  it.each(cases)('%s', (_name, text, expected) => {
    const found = python(`${outcomes}\nprint(json.dumps([read(b"${text}", size) for size in (1, 2, 3, 7, 10000)]))`) as unknown[]
    // Cut elsewhere, the bytes after the end are those of the next piece.
    const same = found.filter((one) => JSON.stringify(one) !== JSON.stringify(['early', 200, 'x', true]))
    expect(same.length).toBeGreaterThan(0)
    for (const one of same) expect(one).toEqual(expected)
  })

  it('arrivals are the same for a seed, and of the rate', () => {
    const found = python(`
import arrivals
one, same, other = (arrivals.within("poisson", 50, seed, 100) for seed in ("1/0/measured", "1/0/measured", "2/0/measured"))
counts = [len(arrivals.within("poisson", 50, "%d/0/measured" % seed, 20)) for seed in range(100)]
mean = sum(counts) / 100
print(json.dumps([one == same, one == other, mean, sum((count - mean) ** 2 for count in counts) / 99, arrivals.within("constant", 4, "1", 1)]))`) as [
      boolean,
      boolean,
      number,
      number,
      number[],
    ]
    expect([found[0], found[1], found[4]]).toEqual([true, false, [0, 0.25, 0.5, 0.75]])
    // A Poisson process: 1000 in 20 s, and as large a variance.
    expect(Math.abs(found[2] - 1000)).toBeLessThan(4 * Math.sqrt(10))
    expect(found[3]).toBeGreaterThan(600)
    expect(found[3]).toBeLessThan(1600)
  })

  it('a hostile stream of events ends the request, never the generator', () => {
    const found = python(`
from sse import TokenStream, Unreadable
def read(*pieces):
    stream = TokenStream()
    try:
        for number, piece in enumerate(pieces):
            stream.now = float(number)
            stream.feed(piece)
        stream.end()
    except Unreadable as error:
        return "unreadable: " + str(error)
    return [stream.pieces, stream.tokens, stream.error, stream.ended_well(), stream.gaps]
text = lambda value: b"data: " + json.dumps(value).encode() + b"\\n\\n"
word = text({"choices": [{"index": 0, "delta": {"content": "x"}}]})
print(json.dumps([
    read(word[:9], word[9:], word + word, text({"choices": [{"finish_reason": "stop"}]})),
    read(text({"choices": 5, "usage": {"completion_tokens": 10 ** 30}})),
    read(text({"choices": [3, None, {"index": True, "text": "x"}], "usage": {"completion_tokens": -1}})),
    read(text({"error": {"type": "overloaded" * 100}})),
    read(b"data: [1]\\n\\n"), read(b"data: {\\n\\n"), read(b"data: " + b"x" * 300000), read(b"data: " + b"[" * 100000 + b"\\n\\n"),
    read(*[b"data: " + b"x" * 1000 + b"\\n"] * 300),
    read(b": comment\\r\\n\\r\\nevent: x\\r\\ndata: [DONE]\\r\\n\\r\\n"),
]))`)
    expect(found).toEqual([
      // The second and third came in one read.
      [3, null, null, true, [1, 0]],
      [0, null, null, false, []],
      [1, null, null, false, []],
      [0, null, 'overloaded'.repeat(8), false, []],
      expect.stringContaining('no object'),
      expect.stringContaining('not JSON'),
      expect.stringContaining('longer than'),
      expect.stringContaining('not JSON'),
      expect.stringContaining('an event longer than'),
      [0, null, null, true, []],
    ])
  })

  it('percentiles are by nearest rank', () => {
    const found = python(`
import steps
print(json.dumps([steps.of_values(range(1, 101)), steps.of_values([5]), steps.of_values([]), steps.distribution([(1, 19), (9, 1)])]))`)
    expect(found).toEqual([
      { n: 100, mean: 50.5, min: 1, max: 100, p50: 50, p90: 90, p95: 95, p99: 99 },
      { n: 1, mean: 5, min: 5, max: 5, p50: 5, p90: 5, p95: 5, p99: 5 },
      null,
      { n: 20, mean: 1.4, min: 1, max: 9, p50: 1, p90: 1, p95: 1, p99: 9 },
    ])
  })
})
