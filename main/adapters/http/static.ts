import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'

/** Plotly sets style attributes and draws through blob: images; nothing else is loosened. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}

const notFound = (response: ServerResponse): void => {
  response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' })
  response.end('Not found. If the app was never built here, run: npm run build\n')
}

/** Serves files below `root`; a path that leaves it is not found. */
export const sendStatic = async (request: IncomingMessage, response: ServerResponse, root: string, path: string): Promise<void> => {
  if (request.method !== 'GET' && request.method !== 'HEAD') return notFound(response)
  let relative: string
  try {
    relative = normalize(decodeURIComponent(path === '/' ? '/index.html' : path))
  } catch (error) {
    if (error instanceof URIError) return notFound(response)
    throw error
  }
  const file = join(root, relative)
  if (relative.includes('\0') || !file.startsWith(root + sep)) return notFound(response)
  const found = await stat(file).catch(() => null)
  if (!found?.isFile()) return notFound(response)
  response.writeHead(200, {
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    'content-length': found.size,
    'cache-control': relative.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  })
  if (request.method === 'HEAD') response.end()
  else createReadStream(file).pipe(response)
}
