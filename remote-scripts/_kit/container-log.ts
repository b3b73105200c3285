const opening = '{"log":"'

/**
 * Lines of a container's log as Docker keeps it (`{"log":"…\n","stream":"stdout","time":"…"}`) as the program printed them. Lines longer
 * than 16 KiB come in pieces; what is no such object stays as it is.
 */
export const unwrapContainerLog = (text: string): string => {
  if (!text.startsWith(opening)) return text
  let printed = ''
  for (const line of text.split('\n')) printed += unwrapped(line) ?? (line === '' ? '' : `${line}\n`)
  return printed
}

const unwrapped = (line: string): string | null => {
  if (!line.startsWith(opening)) return null
  try {
    const { log } = JSON.parse(line) as { log?: unknown }
    return typeof log === 'string' ? log : null
  } catch {
    return null
  }
}
