import { z } from './zod'
import {
  procedures,
  events,
  type EventName,
  type EventPayload,
  type Input,
  type Method,
  type Output,
  type ParsedInput,
  type Unsubscribe,
} from './api'
import { AppError, appError, toProblem } from './error'
import { problem, type Problem } from './problem'

/** Two verbs; in-process, Electron IPC and HTTP implement them. Payloads are structured-cloneable JSON values. */
export interface RpcTransport {
  call(id: string, method: string, payload: unknown, signal?: AbortSignal): Promise<Reply>
  subscribe(event: string, listener: (payload: unknown) => void): Unsubscribe
}

export const reply = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), problem }),
])
export type Reply = { ok: true; value: unknown } | { ok: false; problem: Problem }

export interface CallContext {
  signal: AbortSignal
}
export type Handlers = { [M in Method]: (input: ParsedInput<M>, context: CallContext) => Promise<Output<M>> }

export interface Server {
  call(id: string, method: string, payload: unknown, signal: AbortSignal): Promise<Reply>
}

/** Validates input and output; does not compile while a handler is missing. Never throws. */
export const createServer = (handlers: Handlers): Server => ({
  async call(_id, method, payload, signal) {
    try {
      if (!Object.hasOwn(procedures, method)) throw appError('input.invalid', `There is no procedure "${method.slice(0, 80)}".`)
      const name = method as Method
      const input = procedures[name].input.safeParse(payload ?? {})
      if (!input.success) throw appError('input.invalid', z.prettifyError(input.error))
      const handler = handlers[name] as (input: unknown, context: CallContext) => Promise<unknown>
      const output = procedures[name].output.safeParse(await handler(input.data, { signal }))
      if (!output.success) throw appError('internal', `The answer of ${method} broke its contract: ${z.prettifyError(output.error)}`)
      return { ok: true, value: output.data }
    } catch (error) {
      return { ok: false, problem: toProblem(error) }
    }
  },
})

export interface Client {
  call<M extends Method>(method: M, input: Input<M>, signal?: AbortSignal): Promise<Output<M>>
  on<E extends EventName>(event: E, listener: (payload: EventPayload<E>) => void): Unsubscribe
}

/** Typed calls over a transport; a problem comes back as a thrown AppError. */
export const createClient = (transport: RpcTransport): Client => {
  let next = 0
  return {
    async call(method, input, signal) {
      next += 1
      const answer = reply.parse(await transport.call(`c${next}`, method, input, signal))
      if (!answer.ok) throw new AppError(answer.problem)
      return answer.value as Output<typeof method>
    },
    on(event, listener) {
      return transport.subscribe(event, (payload) => {
        const parsed = events[event].safeParse(payload)
        if (parsed.success) listener(parsed.data as EventPayload<typeof event>)
      })
    },
  }
}
