import { createConnection, createServer, type Socket } from 'node:net'
import { addListener, findListener, removeListener, type Listener } from '../listeners'
import { findHost } from '../state'
import { pause, type ToolContext } from './context'

const lookMs = 10

const lineFrom = (socket: Socket): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      text += chunk
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')))
    })
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the other side closed the connection')))
  })

/** null: it took longer. No timer is left behind, which would keep the process. */
const withPatience = async <Result>(work: Promise<Result>, patienceMs: number): Promise<Result | null> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), patienceMs)))
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

export interface Meeting {
  tool: string
  address: string
  port: number
  patienceMs: number
}

/** The first node of a job: waits until `others` nodes have told of themselves, then tells all the same. null: they did not come in time. */
export const hostMeeting = async <Told, Answer extends object>(
  context: ToolContext,
  { tool, port, patienceMs }: Meeting,
  others: number,
  answer: (told: Told[]) => Answer,
): Promise<Answer | null> => {
  if (others === 0) return answer([])
  const server = createServer()
  const sockets: Socket[] = []
  const told = new Promise<Told[]>((resolve, reject) => {
    const lines: Told[] = []
    server.on('connection', (socket) => {
      sockets.push(socket)
      lineFrom(socket)
        .then((line) => {
          lines.push(JSON.parse(line) as Told)
          if (lines.length === others) resolve(lines)
        })
        .catch(reject)
    })
  })
  const realPort = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  )
  const listener: Listener = { host: context.host.name, tool, port, realPort, pid: process.pid }
  if (!addListener(context.dir, listener)) throw new Error(`port ${port} is taken`)
  try {
    const all = await withPatience(told, patienceMs)
    if (all === null) return null
    const said = answer(all)
    await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.end(`${JSON.stringify(said)}\n`, resolve))))
    return said
  } finally {
    removeListener(context.dir, listener)
    sockets.forEach((socket) => socket.unref())
    server.close()
  }
}

/** Another node: tells of itself, and hears what all are told; null: nobody is there. */
export const joinMeeting = async <Answer>(context: ToolContext, meeting: Meeting, self: object): Promise<Answer | null> => {
  const first = findHost(context.state, meeting.address)?.host
  if (!first) return null
  const deadline = Date.now() + meeting.patienceMs
  let listener = findListener(context.dir, first.name, meeting.port)
  while (!listener && Date.now() < deadline) {
    await pause(lookMs)
    listener = findListener(context.dir, first.name, meeting.port)
  }
  if (!listener) return null
  const socket = createConnection({ host: '127.0.0.1', port: listener.realPort, noDelay: true })
  const answer = lineFrom(socket)
  socket.write(`${JSON.stringify(self)}\n`)
  const line = await answer
  socket.end()
  return JSON.parse(line) as Answer
}
