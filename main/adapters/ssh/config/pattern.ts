/** OpenSSH's match_pattern: "*" and "?" are the only wildcards. Linear, so a hostile pattern cannot stall it. */
export const matchPattern = (text: string, pattern: string): boolean => {
  let t = 0
  let p = 0
  let star = -1
  let starText = 0
  while (t < text.length) {
    const wanted = pattern[p]
    if (wanted === '*') {
      star = p
      starText = t
      p += 1
    } else if (wanted !== undefined && (wanted === '?' || wanted === text[t])) {
      p += 1
      t += 1
    } else if (star >= 0) {
      p = star + 1
      starText += 1
      t = starText
    } else return false
  }
  while (pattern[p] === '*') p += 1
  return p === pattern.length
}

/** A comma-separated list: true when a pattern matches and no negated one does. */
export const matchPatternList = (text: string, list: string): boolean => {
  let found = false
  for (const item of list.split(',')) {
    const negated = item.startsWith('!')
    if (!matchPattern(text, negated ? item.slice(1) : item)) continue
    if (negated) return false
    found = true
  }
  return found
}

/** As matchPatternList; host names know no case. */
export const matchHostName = (host: string, list: string): boolean => matchPatternList(host.toLowerCase(), list.toLowerCase())
