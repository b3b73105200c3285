import { describe, expect, it } from 'vitest'
import { redactSetup } from './redact-plan'

describe('a host’s set-up in a report', () => {
  it.each([
    ['export API_TOKEN=abc123', 'export API_TOKEN=***'],
    ["WANDB_KEY='a b'; module load cuda", 'WANDB_KEY=***; module load cuda'],
    ['export DB_PASSWORD="it\\"s" NCCL_DEBUG=INFO', 'export DB_PASSWORD=*** NCCL_DEBUG=INFO'],
    ['http_proxy=http://me:pw@proxy:3128/', 'http_proxy=http://***@proxy:3128/'],
    ['module load cuda && source ~/venv/bin/activate', 'module load cuda && source ~/venv/bin/activate'],
  ])('%s', (given, shown) => {
    expect(redactSetup(given)).toBe(shown)
  })
})
