import { appError } from '../../../../preload/contract'

/** What `spec.ssh` or one ProxyJump hop says. */
export interface Address {
  /** Alias or host name, without brackets. */
  host: string
  user: string | null
  port: number | null
}

const portOf = (text: string, whole: string): number => {
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw appError('ssh.config_invalid', `"${whole}" has no valid port.`, { params: { target: whole } })
  return port
}

const splitHostPort = (text: string, whole: string): { host: string; port: number | null } => {
  const bracketed = /^\[([^\]]+)\](?::(.*))?$/.exec(text)
  if (bracketed) return { host: bracketed[1] ?? '', port: bracketed[2] === undefined ? null : portOf(bracketed[2], whole) }
  const colon = text.indexOf(':')
  // More than one colon without brackets is an IPv6 address.
  if (colon < 0 || text.indexOf(':', colon + 1) >= 0) return { host: text, port: null }
  return { host: text.slice(0, colon), port: portOf(text.slice(colon + 1), whole) }
}

const decode = (text: string, whole: string): string => {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw appError('ssh.config_invalid', `"${whole}" has a broken percent sign.`, { params: { target: whole }, cause })
  }
}

/** Reads `alias`, `user@host`, `user@host:port`, `[v6]:port` or `ssh://user@host:port`. Throws ssh.config_invalid. */
export const parseAddress = (text: string): Address => {
  const uri = /^ssh:\/\//i.test(text)
  const body = uri ? text.slice(6).replace(/\/$/, '') : text
  const at = body.lastIndexOf('@')
  const userText = at < 0 ? null : body.slice(0, at)
  // OpenSSH drops parameters after ";" in the user part of a URI.
  const user = userText === null ? null : uri ? decode(userText.split(';')[0] ?? '', text) : userText
  const { host, port } = splitHostPort(body.slice(at + 1), text)
  if (host === '' || host.startsWith('-') || user === '' || user?.startsWith('-') === true || /[\s/\0-\x1f\x7f]/.test(host)) {
    throw appError('ssh.config_invalid', `"${text}" does not name a host.`, { params: { target: text } })
  }
  return { host, user, port }
}

/** The hops of a ProxyJump value in the order they are passed through; empty for `none`. */
export const parseJumps = (value: string): Address[] =>
  value.toLowerCase() === 'none' ? [] : value.split(',').map((hop) => parseAddress(hop.trim()))
