/** Why an experiment's signal aborts: the user cancels it, or the program ends and the jobs on the hosts go on without it. */
const leaving = Symbol('leaving')

export const leave = (controller: AbortController): void => controller.abort(leaving)
export const isLeaving = (signal: AbortSignal): boolean => signal.aborted && signal.reason === leaving
export const isCancelled = (signal: AbortSignal): boolean => signal.aborted && signal.reason !== leaving
