const plain = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/
const own = /^(?:command|custom)\.[A-Za-z][A-Za-z0-9_.-]{0,63}$/

/**
 * The metric that a printed name stands for: `rate` is command.rate; `custom.rate` and `command.rate` stay. Null for every other name:
 * a command may not claim another probe's metric, such as nccl.busbw.
 */
export const metricOf = (printed: string): string | null =>
  plain.test(printed) ? `command.${printed}` : own.test(printed) ? printed : null
