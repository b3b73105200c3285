import { describe, expect, it } from 'vitest'
import { guessArms } from './guess-arms'

const arms = (...paths: string[]) => guessArms(paths.map((path) => ({ path, probe: 'nccl' })))

describe('arms guessed from the names of folders and files', () => {
  it.each([
    [
      ['ethernet/run1.log', 'infiniband/run1.log'],
      [{ fabric: 'ethernet' }, { fabric: 'infiniband' }],
    ],
    [
      ['a/nccl_ib_rep1.txt', 'a/nccl_eth_rep1.txt', 'a/nccl-roce-rep1.txt'],
      [{ fabric: 'infiniband' }, { fabric: 'ethernet' }, { fabric: 'roce' }],
    ],
    [
      ['hdr200-tcp-off/a.log', 'tcp/a.log'],
      [{ variant: 'hdr200-tcp-off' }, { variant: 'tcp' }],
    ],
    [
      ['zero_stage=2/a.log', 'zero_stage=3/a.log'],
      [{ zero_stage: 2 }, { zero_stage: 3 }],
    ],
    [
      ['zero2-offload.log', 'ds_zero3.log', 'stage1.out', 'deepspeed-z0.log'],
      [{ zero_stage: 2 }, { zero_stage: 3 }, { zero_stage: 1 }, { zero_stage: 0 }],
    ],
    [
      ['fabric=ib,tp=4.json', 'fabric=eth,tp=8.json'],
      [
        { fabric: 'ib', tp: 4 },
        { fabric: 'eth', tp: 8 },
      ],
    ],
    [
      ['fabric=ib_lr=0.5.log', 'fabric=ib_lr=0.25.log'],
      [{ lr: 0.5 }, { lr: 0.25 }],
    ],
    [
      ['2node/tp8_bf16.json.gz', '4nodes/tp8_fp16.json.gz'],
      [
        { nodes: 2, dtype: 'bf16' },
        { nodes: 4, dtype: 'fp16' },
      ],
    ],
    [
      ['np_16/x.log', 'np_32/x.log'],
      [{ ranks: 16 }, { ranks: 32 }],
    ],
    [
      ['before/x.log', 'after/run2/x.log', 'x.log'],
      [{ variant: 'before' }, { variant: 'after' }, {}],
    ],
    [
      ['ib/x.log', 'y.log', 'eth/x.log'],
      [{ fabric: 'infiniband' }, {}, { fabric: 'ethernet' }],
    ],
  ])('%j', (paths, expected) => {
    expect(arms(...paths)).toEqual(expected)
  })

  it.each([
    [['ib/rep1.log', 'ib/rep2.log']],
    [['rep1/x.log', 'rep2/x.log']],
    [['node01/x.log', 'node02/x.log']],
    [['2026-03-01/x.log', '2026-03-02/x.log']],
    [['0a1b2c3d4e/x.log', 'ffee00112233/x.log']],
    [['x.log']],
    [[]],
  ])('%j say nothing', (paths) => {
    expect(arms(...paths)).toEqual(paths.map(() => ({})))
  })

  it('only what tells files of one probe apart is a factor', () => {
    expect(
      guessArms([
        { path: 'nccl-tests/ib.log', probe: 'nccl' },
        { path: 'iperf/tcp.json', probe: 'tcp' },
        { path: 'notes.txt', probe: null },
      ]),
    ).toEqual([{}, {}, {}])
  })

  it('survives names of any length', () => {
    const long = `${'a_'.repeat(50_000)}=${'='.repeat(10_000)}`
    expect(arms(`${long}/x`, 'y/x')).toHaveLength(2)
  })
})
