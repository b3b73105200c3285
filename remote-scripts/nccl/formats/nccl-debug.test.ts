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
    ['Error: failed to extend /dev/shm/nccl-q1 to 9637892 bytes', 'remote.disk_full'],
    ['Error: network AWS Libfabric not found.', 'remote.tool_missing'],
    ['NET/OFI Unable to register memory (type = 2) for device 3. RC: -22, Error: Invalid argument', 'remote.tool_failed'],
    ['NET/IB : mlx5_3:1 async fatal event on QP (0x7f01): invalid request local work queue error', 'remote.tool_failed'],
    ['[Proxy Service 3] Failed to execute operation Connect from rank 3, retcode 2', 'remote.tool_failed'],
    ['NET/IB : mlx5_1:1 Got non-fatal async event: link down', undefined],
    ['NET/IB : Got async event : GID table change', undefined],
  ])('%s is %s', (text, code) => {
    expect(problemOf(say(text, 'WARN'))).toBe(code)
  })

  it('names the failed call of one rank, not that another then lost it', () => {
    const log =
      say('socketProgress: Connection closed by remote peer n2<40123>', 'WARN') +
      say("Cuda failure 719 'unspecified launch failure'", 'WARN')
    expect(ncclDebug.parse(log)[0]?.problem?.evidence).toContain('Cuda failure 719')
  })

  it('counts the links of the first picture of the topology only', () => {
    const picture = (thread: number): string =>
      ['=== System : maxBw 12.0 totalBw 12.0 ===', '+ PCI[12.0] - GPU/5000 (0)', '+ PCI[12.0] - GPU/6000 (1)', '='.repeat(42)]
        .map((text) => `n1:10:${thread} [0] NCCL INFO ${text}\n`)
        .join('')
    const [result] = ncclDebug.parse(picture(11) + picture(12) + picture(11))
    expect(result?.facts['topology']).toEqual({ PCI: { links: 2, gb_per_s: 12 } })
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
