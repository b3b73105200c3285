import { describe, expect, it } from 'vitest'
import { isSecretPair, redactSecrets, secretSpans } from './secrets'

const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N'

describe('secrets in a text', () => {
  it.each([
    ['HF_TOKEN=hf_abcdefghijklmnop1234', 'hf_abcdefghijklmnop1234'],
    ['declare -x WANDB_API_KEY="0123456789abcdef0123"', '0123456789abcdef0123'],
    ['"AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI"', 'wJalrXUtnFEMI'],
    ['https://user:pa55word@proxy:3128/x', 'pa55word'],
    ['http_proxy=http://me:s3cr3t!@10.0.0.1:80', 's3cr3t!'],
    ['Authorization: Bearer abc.def.ghi-jkl0', 'abc.def.ghi-jkl0'],
    ['"authorization": "Token 9944b09199c62bcf"', '9944b09199c62bcf'],
    ['db_password=hunter2;', 'hunter2'],
    ["environ({'DB_PASSWORD': 'with blanks in it'})", 'with blanks in it'],
    ['{\\"MY_SECRET\\":\\"escaped-value\\"}', 'escaped-value'],
    ['{"name": "DB_PASSWORD", "value": "hunter2"}', 'hunter2'],
    ['[("GITLAB_TOKEN", "plain-value-1")]', 'plain-value-1'],
    ['  api_key: 3f9c0a1b2c3d', '3f9c0a1b2c3d'],
    ['vllm serve --api-key abcdef123456 --port 80', 'abcdef123456'],
    ['<password>hunter2</password>', 'hunter2'],
    ['key sk-proj-abcdefghijklmnopqrst', 'sk-proj-abcdefghijklmnopqrst'],
    [`cookie of ${jwt}.`, jwt],
    ['Cookie: session=0f1e2d3c; theme=dark', '0f1e2d3c'],
    ['nvapi-abcdefghijklmnopqrstuvwx', 'nvapi-abcdefghijklmnopqrstuvwx'],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----', 'b3BlbnNzaC1rZXk'],
    ['accessToken: "abcdefgh"', 'abcdefgh'],
  ])('hides the secret of %j', (text, secret) => {
    const hidden = redactSecrets(text)
    expect(hidden).not.toContain(secret)
    expect(hidden).toContain('***')
    expect(redactSecrets(hidden.replaceAll('***', '*'.repeat(secret.length)))).toBe(hidden.replaceAll('***', '*'.repeat(secret.length)))
  })

  it.each([
    '1048576 262144 float sum -1 43.78 0.01 N/A tokens/s 12.5',
    '"total_input_tokens": 51200, "total_token_throughput": 1234.5, "tokenizer_id": "some/Model-7B"',
    'Total generated tokens:                  12345',
    "eos_token='</s>', bos_token: '<|begin_of_text|>', pad_token=something_long",
    'consumed tokens:  1048576 | forward_pass: 12.34 | max_out_tokens=1024',
    'Enter password: ',
    'password:\n  1048576  262144',
    'api_key=None, hf_token=null, use_auth_token=False, token=$HF_TOKEN',
    'usage: bench [--hf-token HF_TOKEN] [--password --verbose]',
    '---------------Inter-token Latency----------------',
    'DeepSpeed Basic Optimizer = FusedAdam',
    'Basic configuration of the task-manager-with-a-long-name',
    'git clone https://github.com/org/repo at ssh://git@host:22/x',
    'monkeys and keys: 12 sessions, secretary of passing tests',
    '"cookie": "nfk3hq7bxlmvz2"',
  ])('leaves %j alone', (text) => {
    expect(redactSecrets(text)).toBe(text)
  })

  it('gives the places, and only of marks inside the part asked for', () => {
    const text = 'a TOKEN=aaaaaaaa b TOKEN=bbbbbbbb'
    expect(secretSpans(text)).toEqual([
      { start: 8, end: 16 },
      { start: 25, end: 33 },
    ])
    expect(secretSpans(text, 10)).toEqual([{ start: 25, end: 33 }])
    expect(secretSpans(text, 0, 10)).toEqual([{ start: 8, end: 16 }])
  })

  it('knows a name in one field and its value in the next', () => {
    expect(isSecretPair('DB_PASSWORD', 'hunter2')).toBe(true)
    expect(isSecretPair('bos_token', 'something')).toBe(false)
    expect(isSecretPair('HOME', '/root')).toBe(false)
  })

  it.each([
    'TOKEN',
    'token="',
    'password=x,',
    '-eyJ',
    '-----BEGIN PRIVATE KEY-----',
    '://a:',
    'Bearer ',
    'secret',
    'api_key>',
    '"password","value":',
    '\\"token\\": \\',
  ])('takes linear time on %j a hundred thousand times', (piece) => {
    const started = performance.now()
    redactSecrets(piece.repeat(100_000))
    expect(performance.now() - started).toBeLessThan(3000)
  })
})
