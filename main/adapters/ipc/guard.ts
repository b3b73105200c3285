import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The one page the app shows; in development the bundler's own server. */
export const pageUrl = (rendererDir: string, developmentUrl: string | undefined): string =>
  developmentUrl
    ? new URL('index.html', developmentUrl.endsWith('/') ? developmentUrl : `${developmentUrl}/`).href
    : pathToFileURL(join(rendererDir, 'index.html')).href

/** True only for the top frame of our own page: an iframe, or a page navigated elsewhere, may not reach the core. */
export const isOwnFrame = (event: { senderFrame: { url: string; parent: unknown } | null }, page: string): boolean => {
  const frame = event.senderFrame
  if (!frame || frame.parent !== null) return false
  return frame.url.split('#')[0] === page
}
