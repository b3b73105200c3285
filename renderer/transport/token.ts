const storageKey = 'headroom.token'

/** Splits `#token=…&/hosts` style hashes: the token and the hash that stays in the address bar. */
export const takeTokenFromHash = (hash: string): { token: string | null; rest: string } => {
  const match = /(^#|&)token=([^&]*)&?/.exec(hash)
  if (!match) return { token: null, rest: hash }
  const rest = hash.slice(0, match.index) + (match[1] === '#' ? '#' : '&') + hash.slice(match.index + match[0].length)
  return { token: decodeURIComponent(match[2] ?? ''), rest: rest.replace(/[&#]+$/, '') }
}

/** The web host's token: from the address once, then from this tab's session storage. Null: none was given. */
export const readToken = (page: Window): string | null => {
  const { token, rest } = takeTokenFromHash(page.location.hash)
  if (token !== null) {
    page.sessionStorage.setItem(storageKey, token)
    page.history.replaceState(null, '', page.location.pathname + page.location.search + rest)
  }
  return page.sessionStorage.getItem(storageKey)
}
