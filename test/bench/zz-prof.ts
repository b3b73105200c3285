import { createHash } from 'node:crypto'
import { newRunner, startHosts } from '/work/main/test/bench/hosts'
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { FrameParser } from '/work/main/main/services/jobs/frames'
const size = 256*1024*1024
const timed = async (what: string, f: () => Promise<unknown>) => {
  const c = process.cpuUsage(); const t = performance.now()
  await f()
  const d = process.cpuUsage(c)
  console.log(what, Math.round(performance.now()-t), 'ms wall', Math.round((d.user+d.system)/1000), 'ms cpu')
}
export const bench = { name: 'prof', run: async () => {
  const hosts = await startHosts(1)
  try {
    const pool = hosts.newPool()
    const host = await pool.get({ ssh: 'bench0' })
    const runner = newRunner()
    await runner.runJob(host, { jobId: 'pull', script: 'bench/write.sh', env: { HR_BYTES: '1' }, setup: '', limitSeconds: 60 })
    const f = path.join(hosts.homes[0]!, '.cache/headroom/jobs/pull/out/data.bin')
    execFileSync('sh', ['-c', `head -c ${size} /dev/urandom >${f}`])
    console.log(host.cipher)
    for (let i = 0; i < 3; i++) {
      let n = 0, cnt = 0
      await timed('cat', () => host.exec(`cat ${f}`, { onStdout: (c) => { n += c.length; cnt++ } }))
      console.log(cnt, n / cnt)

      const h = createHash('sha256')
      await timed('cat+hash', () => host.exec(`cat ${f}`, { onStdout: (c) => { h.update(c) } }))
      await timed('dd 256k', () => host.exec(`dd if=${f} bs=262144 2>/dev/null`, { onStdout: () => {} }))
      await timed('openssl', async () => execFileSync('openssl', ['dgst','-sha256','-r', f]))
      await timed('sha256sum', async () => execFileSync('sha256sum', [f]))
      await timed('pull', () => runner.pull(host, 'pull', 'data.bin', { write: () => {}, restart: () => { throw new Error('x') } }))
    }
    await pool.closeAll()
  } finally { await hosts.stop() }
  return []
} }
