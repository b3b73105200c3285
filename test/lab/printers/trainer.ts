/** A dictionary as Python prints it: `{'loss': 2.5, 'epoch': 0.1}`. */
const printDictionary = (entries: readonly (readonly [string, number])[]): string =>
  `{${entries.map(([key, value]) => `'${key}': ${Number.isInteger(value) ? value.toFixed(1) : value}`).join(', ')}}`

/** What the Hugging Face Trainer logs every few steps. */
export const printTrainerLog = (loss: number, gradNorm: number, epoch: number): string =>
  printDictionary([
    ['loss', loss],
    ['grad_norm', gradNorm],
    ['learning_rate', 5e-5],
    ['epoch', epoch],
  ])

/** The Trainer's summary; seconds, samples and steps a second. */
export const printTrainerSummary = (
  runtime: number,
  samplesPerSecond: number,
  stepsPerSecond: number,
  loss: number,
  epoch: number,
): string =>
  printDictionary([
    ['train_runtime', runtime],
    ['train_samples_per_second', samplesPerSecond],
    ['train_steps_per_second', stepsPerSecond],
    ['train_loss', loss],
    ['epoch', epoch],
  ])
