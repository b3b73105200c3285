import type { Problem, ProblemCode } from './problem'

/** A broken promise or an expected failure on its way to the user; crosses every transport as its `problem`. */
export class AppError extends Error {
  readonly problem: Problem

  constructor(problem: Problem, options?: { cause?: unknown }) {
    super(problem.message, options)
    this.name = 'AppError'
    this.problem = problem
  }

  get code(): ProblemCode {
    return this.problem.code
  }
}

export const appError = (
  code: ProblemCode,
  message: string,
  more: Omit<Problem, 'code' | 'message'> & { cause?: unknown } = {},
): AppError => {
  const { cause, ...rest } = more
  return new AppError({ code, message, ...rest }, { cause })
}

/** Anything thrown, as a problem: what is not ours becomes `internal`. */
export const toProblem = (error: unknown): Problem => {
  if (error instanceof AppError) return error.problem
  if (error instanceof Error) return { code: 'internal', message: `${error.name}: ${error.message}` }
  return { code: 'internal', message: String(error) }
}
