/** Milliseconds to wait before reconnect number `attempt` (0-based): doubles from 0.5 s up to 10 s. */
export const reconnectDelayMs = (attempt: number): number => Math.min(10_000, 500 * 2 ** Math.min(attempt, 10))
