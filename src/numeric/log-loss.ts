/** What a probability costs when it comes true. */

/** float64 machine epsilon: scikit-learn keeps probabilities this far from 0 and 1 before taking logs. */
const EPSILON = Number.EPSILON;

/** The loss of one row whose true class was given probability `p`: `-ln p`, with p held within [eps, 1 - eps]. */
export function logLossOf(p: number): number {
  return -Math.log(Math.min(Math.max(p, EPSILON), 1 - EPSILON));
}
