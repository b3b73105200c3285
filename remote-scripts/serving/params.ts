import { z } from 'zod'
import { isSecretName } from '../_kit/secrets'

export const servingApis = ['http', 'chat', 'completions'] as const
export const servingStatistics = ['p50', 'p90', 'p95', 'p99', 'mean'] as const
export const predictionMatches = ['exact', 'normalised', 'contains'] as const

/** More requests than this in all steps together are refused: their rows would be more than one file of a launch may hold. */
export const mostRequests = 500_000

/** The generator takes the test as one variable of the environment, which Linux limits to 128 KiB. */
const mostSpecBytes = 100_000

const url = /^https?:\/\/(?:\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::\d{1,5})?(?:\/[!-~]{0,1900})?$/
const rate = z.number().min(0.01).max(20_000)
const stepSeconds = z.number().min(0.5).max(3600)
const file = z.string().min(1).max(1024)

const isSecretHeader = (name: string): boolean => isSecretName(name) || /cookie|authori/i.test(name)
const secretInQuery = (address: string): boolean =>
  (address.split('?')[1] ?? '').split('&').some((pair) => isSecretName(pair.split('=')[0] ?? '') || /^(key|sig|token)=/i.test(pair))

const shape = {
  url: z
    .string()
    .regex(url, 'http:// or https://, without user and password')
    .refine((address) => !secretInQuery(address), 'a secret in the address would be stored with the plan: use api_key_env')
    .describe('The whole address, as http://gpu1:8000/v1/chat/completions'),
  api: z.enum(servingApis).default('http').describe('http: any request; chat, completions: OpenAI-compatible'),
  rates: z.array(rate).min(1).max(64).default([1, 2, 5, 10, 20, 50]).describe('Requests a second, one step after the other'),
  rate: rate.optional().describe('One rate instead of the list; a factor of the plan may set it'),
  seconds: stepSeconds.default(20).describe('Measured time of each step'),
  seconds_each: z.array(stepSeconds).max(64).optional().describe('Measured time of each step where they differ, one per rate'),
  arrivals: z.enum(['poisson', 'constant']).default('poisson').describe('Distances between requests'),
  seed: z
    .int()
    .min(0)
    .max(0xffffffff)
    .default(1)
    .describe('Of the arrivals: in one repeat every arm sends at the same times, in the next at others'),
  target_ms: z.number().min(0.1).max(3_600_000).default(800).describe('Latency that the knee is looked for'),
  target_statistic: z.enum(servingStatistics).default('p95').describe('Which figure of the latency has to meet it'),
  alert_p95_ms: z.number().min(0.1).max(3_600_000).default(200).describe('A p95 latency above it is warned about'),
  max_error_share: z.number().min(0).max(1).default(0.01).describe('A step with more failures does not meet the target, 0 to 1'),
  warmup_requests: z.int().min(1).max(100_000).default(20).describe('Requests before each step, and at least as many as are in flight'),
  warmup_s: z.number().min(0).max(600).default(15).describe('Longest warm-up of a step, seconds'),
  method: z
    .string()
    .regex(/^[A-Z]{3,10}$/)
    .default('GET')
    .describe('Of a plain request'),
  body: z.string().max(65_536).optional().describe('Of a plain request; {{prompt}} stands for a prompt as JSON has it'),
  headers: z
    .record(
      z.string().regex(/^[A-Za-z0-9-]{1,64}$/),
      z
        .string()
        .regex(/^[ -~]*$/)
        .max(1024),
    )
    .default({})
    .refine((headers) => !Object.keys(headers).some(isSecretHeader), 'a secret header would be stored with the plan: use api_key_env')
    .refine(
      (headers) => !Object.keys(headers).some((name) => /^(host|content-length|transfer-encoding|connection)$/i.test(name)),
      'is set by the generator',
    )
    .describe('Further headers'),
  api_key_env: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/)
    .optional()
    .describe('Environment variable on the host that holds the API key'),
  api_key_header: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/)
    .default('Authorization')
    .describe('Header that carries the key; Authorization gets "Bearer" before it'),
  model: z.string().min(1).max(256).optional().describe('Model of an OpenAI-compatible endpoint'),
  prompt: z.string().min(1).max(65_536).optional().describe('One prompt for every request'),
  prompts_file: file.optional().describe('JSON lines on the host, each with "prompt", used in turn'),
  max_tokens: z.int().min(1).max(1_000_000).default(128).describe('Longest answer, tokens'),
  temperature: z.number().min(0).max(2).default(0).describe('Of the sampling'),
  stream: z.boolean().default(true).describe('Ask for a stream, without which there is no time to first token'),
  usage: z.boolean().default(true).describe('Ask the stream for its count of tokens'),
  body_extra: z.record(z.string(), z.json()).default({}).describe('Further members of the request, as {"ignore_eos": true}'),
  labels_file: file.optional().describe('JSON lines on the host, each with "prompt" and "answers", for accuracy at k'),
  accuracy_k: z.array(z.int().min(1).max(100)).min(1).max(8).default([1, 5]).describe('The k of accuracy at k'),
  accuracy_rate: rate.optional().describe('Rate at which labelled prompts are asked; default: the first rate'),
  predictions: z
    .string()
    .regex(/^(choices|\$[ -~]{0,254})$/)
    .default('choices')
    .describe('choices: n choices of one answer; else a path such as $.predictions[*].label, best first'),
  match: z.enum(predictionMatches).default('normalised').describe('When a prediction is an answer'),
  timeout_s: z.number().min(0.05).max(3600).default(60).describe('Longest time of a request, seconds'),
  connect_timeout_s: z.number().min(0.05).max(600).default(5).describe('Longest time to connect, seconds'),
  keep_alive: z.boolean().default(true).describe('Use connections again'),
  keep_alive_s: z.number().min(0).max(3600).default(4).describe('A connection idle for longer is not used again, seconds'),
  max_in_flight: z.int().min(1).max(65_536).default(4096).describe('Requests that would be more than this are counted as failed'),
  max_body_bytes: z.int().min(1).max(1_073_741_824).default(16_777_216).describe('Longest answer, bytes'),
  tls_verify: z.boolean().default(true).describe("Check the endpoint's certificate"),
  tls_ca_file: file.optional().describe('Certificates on the host that are trusted for it'),
}

const plain = z.strictObject(shape)
type Plain = z.output<typeof plain>

/** Steps of the ramp: rate (1/s) and measured time (s). */
export const stepsOf = (params: Pick<Plain, 'rate' | 'rates' | 'seconds' | 'seconds_each'>): { rate: number; seconds: number }[] => {
  const rates = params.rate === undefined ? params.rates : [params.rate]
  return rates.map((one, index) => ({ rate: one, seconds: params.seconds_each?.[index] ?? params.seconds }))
}

/** Requests of all steps together, warm-up and what follows a step included: at most three times what is measured. */
const requestsOf = (params: Plain): number =>
  stepsOf(params).reduce((sum, { rate: perSecond, seconds }) => sum + 3 * perSecond * seconds, 0)

/** Parameters of the serving probe; names are the plan file's. */
export const servingParams = plain
  .refine(
    (params) =>
      params.api === 'http' || params.prompt !== undefined || params.prompts_file !== undefined || params.labels_file !== undefined,
    {
      message: 'an OpenAI-compatible endpoint needs prompt, prompts_file or labels_file',
      path: ['prompt'],
    },
  )
  .refine(
    (params) => params.rate !== undefined || params.seconds_each === undefined || params.seconds_each.length === params.rates.length,
    {
      message: 'seconds_each takes one value per rate',
      path: ['seconds_each'],
    },
  )
  .refine((params) => params.labels_file === undefined || params.api !== 'http' || params.predictions !== 'choices', {
    message: 'with a plain request, predictions has to be a path such as $.predictions[*].label',
    path: ['predictions'],
  })
  .refine((params) => params.labels_file === undefined || params.api !== 'http' || params.body?.includes('{{prompt}}') === true, {
    message: 'with labels_file, the body of a plain request has to hold {{prompt}}',
    path: ['body'],
  })
  .refine((params) => new TextEncoder().encode(JSON.stringify(params)).length <= mostSpecBytes, {
    message: 'prompt, body and headers together are too long for a command: use prompts_file',
    path: ['prompt'],
  })
  .refine((params) => requestsOf(params) <= mostRequests, {
    message: `rates and seconds make more than ${mostRequests} requests with warm-up: use shorter steps`,
    path: ['rates'],
  })
export type ServingParams = z.output<typeof servingParams>
