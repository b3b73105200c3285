/**
 * Upper tail of the standard normal distribution, P(Z > z), relative error below 1.2e-7 for z >= 0
 * (Press et al., Numerical Recipes, erfc by a Chebyshev fit).
 */
export const normalUpperTail = (z: number): number => {
  if (z < 0) return 1 - normalUpperTail(-z)
  const x = z / Math.SQRT2
  const t = 1 / (1 + 0.5 * x)
  const coefficients = [
    0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368, -1.26551223,
  ]
  const series = coefficients.reduce((sum, coefficient) => sum * t + coefficient, 0)
  return 0.5 * t * Math.exp(-x * x + series)
}

/** z with P(Z > z) = tail, by bisection on normalUpperTail; tail in (0, 1). */
export const normalUpperQuantile = (tail: number): number => {
  let low = -9
  let high = 9
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2
    if (normalUpperTail(middle) > tail) low = middle
    else high = middle
  }
  return (low + high) / 2
}
