import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { Ask } from '../../ports/remote-host'
import { remark, say } from './print'

const askLine = async (question: string, echo: boolean, signal?: AbortSignal): Promise<string> => {
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (echo || !started) process.stderr.write(chunk)
      done()
    },
  })
  let started = false
  const terminal = createInterface({ input: process.stdin, output, terminal: true })
  try {
    const answer = terminal.question(question, { signal })
    started = true
    const text = await answer
    if (!echo) process.stderr.write('\n')
    return text
  } finally {
    terminal.close()
  }
}

const put: Ask = async (request, signal) => {
  if (request.kind === 'host_key') {
    remark(`The host key of ${request.host} (${request.address}) is not known.`)
    process.stderr.write(`${request.keyType} ${request.fingerprint}\n`)
    remark("Compare it with what the host's administrator gives you, or on the host: ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub")
    const answer = (await askLine(say('Trust it? (yes = remember, once = this time, no) '), true, signal)).trim().toLowerCase()
    if (answer === 'yes') return ['accept']
    return answer === 'once' ? ['once'] : null
  }
  if (request.kind === 'password') return [await askLine(say(`Password of ${request.user} on ${request.host}: `), false, signal)]
  if (request.kind === 'passphrase') return [await askLine(say(`Passphrase of ${request.keyPath}: `), false, signal)]
  process.stderr.write(`${[request.host, request.name, request.instructions].filter((part) => part !== '').join('\n')}\n`)
  const answers: string[] = []
  for (const { prompt, echo } of request.prompts) answers.push(await askLine(prompt, echo, signal))
  return answers
}

const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError'

let last: Promise<unknown> = Promise.resolve()

/** Questions on the terminal, one at a time though hosts connect at once; null where there is no terminal, so that a script never hangs. */
export const askOnTerminal: Ask = async (request, signal) => {
  if (!process.stdin.isTTY) return null
  const answered = last.then(() => put(request, signal))
  last = answered.catch(() => undefined)
  try {
    return await answered
  } catch (error) {
    // Ctrl-C, Ctrl-D or a question that was withdrawn: nobody answered.
    if (!isAbort(error)) throw error
    process.stderr.write('\n')
    return null
  }
}
