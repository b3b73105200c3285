const binary = /\.(gz|zst|sqlite|nsys-rep|ncu-rep|json|csv|npy|bin)$/i

/** Whether an artifact is text that a person reads as a log. */
export const isLogName = (name: string): boolean => !binary.test(name)
