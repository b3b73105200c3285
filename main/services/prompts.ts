import type { PromptAnswer, PromptRequest } from '../../preload/contract'
import type { IdSource } from '../ports/clock'
import type { Ask } from '../ports/remote-host'
import type { EventBus } from './events'

export interface PromptBroker {
  ask: Ask
  pending(): PromptRequest[]
  answer(answer: PromptAnswer): void
}

/** Questions wait here until a window answers them; answers live in memory only. Aborting withdraws the question. */
export const createPromptBroker = (ids: IdSource, events: EventBus): PromptBroker => {
  const waiting = new Map<string, { request: PromptRequest; settle: (answers: string[] | null) => void }>()
  return {
    ask: (question, signal) =>
      new Promise((resolve) => {
        const request = { ...question, id: ids.next('prompt') } as PromptRequest
        const settle = (answers: string[] | null): void => {
          if (!waiting.delete(request.id)) return
          signal?.removeEventListener('abort', withdraw)
          events.emit('prompt.settled', { id: request.id })
          resolve(answers)
        }
        const withdraw = (): void => settle(null)
        waiting.set(request.id, { request, settle })
        if (signal?.aborted) return withdraw()
        signal?.addEventListener('abort', withdraw)
        events.emit('prompt.requested', request)
      }),
    pending: () => [...waiting.values()].map(({ request }) => request),
    answer: ({ id, answers }) => waiting.get(id)?.settle(answers),
  }
}
