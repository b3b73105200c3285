import { useEffect, useState } from 'react'

/** The time of day in ms, renewed every `everyMs`; for "3 minutes ago" and time left. */
export const useNow = (everyMs: number): number => {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return now
}
