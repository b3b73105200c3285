import { randomBytes } from 'node:crypto'
import { appError, problemCode, type AppError } from '../../../preload/contract'
import type { ExecOptions, RemoteHost } from '../../ports/remote-host'
import { FrameParser, type FrameHandler } from './frames'

/** Terminal control characters out, length bounded: for text of the host that reaches a person. */
export const plainText = (text: string, most = 1500): string =>
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, ' ').slice(0, most)

const hostProblem = (rest: string): AppError => {
  const [first = '', ...words] = rest.split(' ')
  const code = problemCode.safeParse(first)
  const text = plainText(words.join(' ').trim())
  return appError(code.success ? code.data : 'remote.tool_failed', text || 'The host refused', { evidence: text })
}

/** One verb: sends the program, hands its frames on. Throws the host's own problem, or ssh.connection_lost when the answer breaks off. */
export const exchange = async (
  host: RemoteHost,
  compose: (nonce: string) => string,
  handler: Partial<FrameHandler>,
  options: Pick<ExecOptions, 'signal' | 'timeoutMs' | 'idleTimeoutMs'> = {},
): Promise<void> => {
  const nonce = randomBytes(16).toString('hex')
  const seen = { hello: false, bye: false, problem: undefined as AppError | undefined, failure: undefined as Error | undefined }
  const noise: string[] = []
  const parser = new FrameParser(nonce, {
    line: (verb, rest) => {
      if (verb === 'hello') seen.hello = true
      else if (verb === 'bye') seen.bye = true
      else if (verb === 'problem') seen.problem = hostProblem(rest)
      else handler.line?.(verb, rest)
    },
    fileStart: (frame) => handler.fileStart?.(frame),
    fileBytes: (chunk) => handler.fileBytes?.(chunk),
    fileEnd: () => handler.fileEnd?.(),
  })
  const onStdout = (chunk: Uint8Array): Promise<void> | undefined => {
    if (seen.failure) return undefined
    if (!seen.hello && noise.length < 8) noise.push(Buffer.from(chunk.subarray(0, 500)).toString())
    try {
      parser.push(chunk)
    } catch (error) {
      // The transport's event loop is no place to throw: kept, and thrown when the exec has ended.
      seen.failure = error instanceof Error ? error : new Error(String(error))
    }
    return handler.held?.()
  }
  const result = await host.exec('sh -s', { ...options, stdin: compose(nonce), onStdout })
  if (seen.failure) throw seen.failure
  if (seen.problem) throw seen.problem
  if (seen.bye && !parser.inFile) return
  const evidence = plainText(`${result.stderr}\n${seen.hello ? '' : noise.join('')}`.trim())
  if (seen.hello || result.exitCode === null) throw appError('ssh.connection_lost', `The answer of ${host.target} broke off`, { evidence })
  throw appError('remote.not_permitted', `${host.target} does not run commands: sh ended with exit code ${result.exitCode}`, { evidence })
}
