import { serveWork } from '../../main/adapters/workers/serve-work'

/** A worker whose tasks do what a bad file could make a parser do. */
serveWork<{ do: string }>(async (task, onBytes) => {
  if (task.do === 'spin') for (;;);
  if (task.do === 'throw') throw new TypeError('as asked')
  if (task.do === 'exit') process.exit(3)
  if (task.do === 'hoard') for (const held: unknown[] = []; ;) held.push(new Array<number>(1000).fill(held.length))
  if (task.do === 'read') {
    const until = performance.now() + 600
    while (performance.now() < until) onBytes(1)
  }
  return task.do
})
