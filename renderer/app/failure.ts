import { AppError, toProblem } from '../../preload/contract/error'
import type { Problem, ProblemCode } from '../../preload/contract/problem'
import { OfflineError, UnauthorisedError } from '../transport/types'

/** Failures of the window itself, besides the contract's codes. */
export type FailureCode = ProblemCode | 'app.offline' | 'app.unauthorised'

export interface Failure extends Omit<Problem, 'code'> {
  code: FailureCode
}

/** Anything thrown by a call, as something ProblemView can show. */
export const toFailure = (error: unknown): Failure => {
  if (error instanceof AppError) return error.problem
  if (error instanceof OfflineError) return { code: 'app.offline', message: error.message }
  if (error instanceof UnauthorisedError) return { code: 'app.unauthorised', message: error.message }
  return toProblem(error)
}

export const isAbortError = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError'
