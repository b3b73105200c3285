import { expect, it } from 'vitest'
import { ncclTestsText } from './nccl-tests-text'

const start = '# nThread 1 nGpus 1 minBytes 8 maxBytes 64 step: 2(factor) warmup iters: 5 iters: 20 agg iters: 1 validation: 1 graph: 0\n'
const warning = 'n4:51:60 [3] misc/ibvwrap.cc:190 NCCL WARN Call to ibv_modify_qp failed with error Invalid argument\n'
const launcher = 'srun: error: n4: task 3: Exited with exit code 3\n'

it.each([
  ['names the call that NCCL warned of, not the launcher that only saw the process end', start + warning + launcher, 'ibv_modify_qp'],
  ['names the launcher where nothing else is said', start + launcher, 'srun: error'],
])('a run that failed: %s', (_, log, evidence) => {
  expect(ncclTestsText.parse(log)[0]).toMatchObject({
    facts: { exit_code: 3 },
    problem: { code: 'remote.tool_failed', evidence: expect.stringContaining(evidence) as string },
  })
})
