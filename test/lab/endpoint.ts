import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'

export interface Endpoint {
  /** `http://127.0.0.1:PORT` */
  url: string
  stop(): void
}

/** Debian's own, which every test machine has. */
const python = '/usr/bin/python3'

/** Starts the endpoint of known service times (endpoint.py) as a process of its own. */
export const startEndpoint = async (certificate?: { certificate: string; key: string }): Promise<Endpoint> => {
  const args = certificate ? [certificate.certificate, certificate.key] : []
  const child = spawn(python, ['-B', join(import.meta.dirname, 'endpoint.py'), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`endpoint.py ended with code ${code}`)))
    child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim()))
  })
  return { url: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`, stop: () => void child.kill() }
}

/** A certificate of 127.0.0.1 that nobody has signed but itself, in this folder. */
export const selfSigned = (folder: string): { certificate: string; key: string } => {
  const [certificate, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const words = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=IP:127.0.0.1',
  ]
  execFileSync('openssl', [...words, '-keyout', key, '-out', certificate], { stdio: 'ignore' })
  return { certificate, key }
}
