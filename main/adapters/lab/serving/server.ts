import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { HardwareModel } from '../hardware-model'
import { normal, type Random } from '../random'
import { Pool } from './pool'
import { requestUs, serviceTimes, type ServiceTimes } from './service-model'

/** Deployments of the model, by the number of their GPUs: `/gpus-2/…` is answered by two. */
export const deployments = [1, 2, 4] as const
export type Deployment = (typeof deployments)[number]

/** Of a plain request, and of one that names none. */
export const defaultTokens = { prompt: 128, answer: 16 } as const
const mostTokens = 4096
const mostBodyBytes = 1_048_576
/** Requests differ by what else the process does. */
const spread = 0.02
/** As tokenizers of English have it. */
const charactersPerToken = 4

interface Asked {
  promptTokens: number
  tokens: number
  stream: boolean
  usage: boolean
  chat: boolean | null
}

const nowUs = (): number => performance.now() * 1000

const until = (momentUs: number): Promise<void> =>
  new Promise((resolve) => {
    const left = momentUs - nowUs()
    if (left <= 0) resolve()
    else setTimeout(resolve, left / 1000)
  })

const whole = (value: unknown, fallback: number): number => {
  const number = Math.floor(Number(value))
  return Number.isFinite(number) && number > 0 ? Math.min(number, mostTokens) : fallback
}

const bodyOf = async (request: IncomingMessage): Promise<Record<string, unknown>> => {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length
    if (bytes > mostBodyBytes) throw new SyntaxError('the body is too long')
    pieces.push(piece)
  }
  const text = Buffer.concat(pieces).toString('utf8')
  const body: unknown = text === '' ? {} : JSON.parse(text)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new SyntaxError('the body is no object')
  return body as Record<string, unknown>
}

const promptOf = (body: Record<string, unknown>): string => {
  if (typeof body['prompt'] === 'string') return body['prompt']
  const messages: unknown[] = Array.isArray(body['messages']) ? body['messages'] : []
  return messages
    .map((message) => (typeof message === 'object' && message !== null && 'content' in message ? String(message.content) : ''))
    .join(' ')
}

const askedOf = (kind: string, query: URLSearchParams, body: Record<string, unknown>): Asked => {
  if (kind === 'generate')
    return {
      promptTokens: whole(query.get('prompt_tokens'), defaultTokens.prompt),
      tokens: whole(query.get('tokens'), defaultTokens.answer),
      stream: false,
      usage: false,
      chat: null,
    }
  const options = body['stream_options']
  return {
    promptTokens: Math.max(1, Math.ceil(promptOf(body).length / charactersPerToken)),
    tokens: whole(body['max_tokens'] ?? body['max_completion_tokens'], defaultTokens.answer),
    stream: body['stream'] === true,
    usage: typeof options === 'object' && options !== null && 'include_usage' in options && options.include_usage === true,
    chat: kind === 'v1/chat/completions',
  }
}

const word = 'simulated '
const choiceOf = (chat: boolean | null, streamed: boolean, text: string, reason: string | null): object => ({
  index: 0,
  ...(chat === true ? { [streamed ? 'delta' : 'message']: { role: 'assistant', content: text } } : { text }),
  finish_reason: reason,
})
const usageOf = ({ promptTokens, tokens }: Asked): object => ({
  prompt_tokens: promptTokens,
  completion_tokens: tokens,
  total_tokens: promptTokens + tokens,
})

const json = (response: ServerResponse, status: number, body: object): void => {
  const text = JSON.stringify({ simulated: true, ...body })
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), 'x-simulated': 'true' })
  response.end(text)
}

const stream = async (response: ServerResponse, asked: Asked, fromUs: number, times: ServiceTimes): Promise<void> => {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-simulated': 'true' })
  const event = (body: object): void => void response.write(`data: ${JSON.stringify({ simulated: true, ...body })}\n\n`)
  for (let token = 0; token < asked.tokens && !response.destroyed; token += 1) {
    await until(fromUs + times.firstUs + token * times.tokenUs)
    const reason = token === asked.tokens - 1 ? 'length' : null
    event({ choices: [choiceOf(asked.chat, true, word, reason)] })
  }
  if (asked.usage) event({ choices: [], usage: usageOf(asked) })
  response.end('data: [DONE]\n\n')
}

const answer = async (response: ServerResponse, asked: Asked, fromUs: number, times: ServiceTimes): Promise<void> => {
  if (asked.stream) return stream(response, asked, fromUs, times)
  await until(fromUs + requestUs(times, asked.tokens))
  const text = word.repeat(asked.tokens).trim()
  if (asked.chat === null) json(response, 200, { tokens: asked.tokens, text })
  else json(response, 200, { choices: [choiceOf(asked.chat, false, text, 'length')], usage: usageOf(asked) })
}

const route = /^\/gpus-(\d{1,2})\/(generate|v1\/chat\/completions|v1\/completions)$/

/** A model server of known service times: deployments of several GPUs each, plain HTTP and OpenAI-compatible. */
export class ModelServer {
  readonly pools = new Map<number, Pool>(deployments.map((gpus) => [gpus, new Pool(gpus)]))
  readonly http: Server

  constructor(
    private readonly model: HardwareModel,
    private readonly random: Random,
  ) {
    this.http = createServer((request, response) => {
      this.serve(request, response).catch((error: unknown) => {
        if (!(error instanceof SyntaxError)) response.destroy()
        else json(response, 400, { error: error.message })
      })
    })
    this.http.keepAliveTimeout = 60_000
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const cameUs = nowUs()
    const address = new URL(request.url ?? '/', 'http://lab')
    const [, gpus = '', kind = ''] = route.exec(address.pathname) ?? []
    const pool = this.pools.get(Number(gpus))
    if (!pool) {
      request.resume()
      return json(response, 404, {
        error: `deployments: ${deployments.map((one) => `/gpus-${one}/generate, /gpus-${one}/v1/…`).join(', ')}`,
      })
    }
    const asked = askedOf(kind, address.searchParams, await bodyOf(request))
    const { firstUs, tokenUs } = serviceTimes(this.model, asked.promptTokens)
    const factor = Math.exp(spread * normal(this.random))
    const times = { firstUs: firstUs * factor, tokenUs: tokenUs * factor }
    await answer(response, asked, pool.admit(cameUs, requestUs(times, asked.tokens)), times)
  }
}
