import { describe, expect, it } from 'vitest'
import { ncclDebug } from './nccl-debug'

const say = (text: string, kind = 'INFO'): string => `n1:10:11 [0] NCCL ${kind} ${text}\n`
const problemOf = (text: string): string | undefined =>
  ncclDebug.parse(`${say('Bootstrap : Using eth0:10.0.0.1<0>')}${text}`)[0]?.problem?.code

describe('a log of NCCL by itself', () => {
  it.each([
    ['Call to ibv_reg_mr_iova2 failed with error Cannot allocate memory', 'remote.not_permitted'],
    ['NET/IB : Got completion from peer 10.0.0.2<4000> with error 12, opcode 0, len 0, vendor err 129', 'remote.tool_failed'],
    ['Net : Connect to 10.0.0.2<43210> failed : Connection refused', 'remote.not_listening'],
    ['Bootstrap : no socket interface found', 'remote.no_interface'],
    ["Cuda failure 2 'out of memory'", 'remote.out_of_memory'],
    ['Error: failed to extend /dev/shm/nccl-abc to 9637892 bytes, No space left on device', 'remote.disk_full'],
    ['Duplicate GPU detected : rank 1 and rank 0 both on CUDA device 7000', 'remote.tool_failed'],
    ['socketPollConnect poll() returned 0, timed out', 'remote.timed_out'],
  ])('%s is %s', (text, code) => {
    expect(problemOf(say(text, 'WARN'))).toBe(code)
  })

  it('quotes a warning that says nothing of a failure, and makes no problem of it', () => {
    const [result] = ncclDebug.parse(say('Using network IB') + say('NCCL_MAX_NCHANNELS ignored', 'WARN'))
    expect(result?.problem).toBeNull()
    expect(result?.warnings.map(({ code }) => code)).toEqual(['nccl_warnings'])
  })

  it('leaves a log with a run of nccl-tests to its own parser', () => {
    const run = `# nThread 1 nGpus 1 minBytes 8 maxBytes 8 step: 2(factor) warmup iters: 5 iters: 20 validation: 1\n${say('Using network IB').repeat(4)}`
    expect(ncclDebug.detect(run)).toBe(0)
    expect(ncclDebug.parse(run)).toEqual([])
    expect(ncclDebug.detect(say('Using network IB').repeat(4))).toBe(0.9)
  })

  it('skips a row of the tuning table whose algorithms are not named', () => {
    const [result] = ncclDebug.parse(say('    AllReduce |    16.5/   1.5 |    63.5/   6.5 |'))
    expect(result).toMatchObject({ measurements: [], rows: { understood: 0, skipped: 1 } })
  })
})
