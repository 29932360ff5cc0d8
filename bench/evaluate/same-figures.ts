/** Figures that a peer takes too must be the same, or no time is worth comparing. */

type Figures = ReadonlyMap<string, number>;

/** The metrics that the scripts take too. */
export const SAME_METRICS = [
  ...['missing_share', 'mean', 'std', 'min', 'max'],
  ...[0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99].map((q) => `quantile_${String(q)}`),
  ...['ks_statistic', 'ks_p_limit', 'wasserstein', 'psi_decile', 'jensen_shannon', 'chi2_statistic', 'chi2_p', 'psi'],
  ...['accuracy', 'precision', 'recall', 'f1', 'roc_auc', 'log_loss', 'brier'],
  ...['selection_rate', 'tpr', 'fpr', 'demographic_parity_difference', 'demographic_parity_ratio'],
  ...['equal_opportunity_difference', 'equal_opportunity_ratio', 'accuracy_difference'],
  ...['latency_p50', 'latency_p95', 'latency_p99', 'error_rate'],
];
/** What the scripts take besides: largest less smallest, or over it, of rates that Plumbline gives group by group. */
const ONLY_SCRIPT = /\/(?:fpr_difference|fpr_ratio|accuracy_ratio)$/;
/** Different orders of summation differ by less. */
const TOLERANCE = 1e-9;

/** How many figures both have. One that differs, or that only the peer has, ends the benchmark. */
export function sameFigures(ours: Figures, theirs: Figures, tolerance = TOLERANCE): number {
  const compared = [...theirs].filter(([id]) => !ONLY_SCRIPT.test(id));
  const differing = compared.filter(([id, value]) => {
    const own = ours.get(id);
    // Not "farther apart than": nothing is farther apart than NaN.
    return own === undefined || !(Math.abs(own - value) <= tolerance * Math.max(Math.abs(value), 1e-3));
  });
  if (differing.length > 0) {
    const shown = differing.slice(0, 5).map(([id, value]) => `${id}: ${String(ours.get(id))}, ${String(value)}`);
    throw new Error(`${String(differing.length)} figures differ from the peer's: ${shown.join('; ')}`);
  }
  return compared.length;
}

/** The same for figures with bounds: each of the peer's lies within that of ours. A figure that ours does not give is none. */
export function withinBounds(ours: Figures, bounds: Figures, theirs: Figures): number {
  const compared = [...ours].filter(([id]) => theirs.has(id));
  for (const [id, value] of compared) {
    const [other, bound] = [theirs.get(id) ?? NaN, bounds.get(id) ?? 0];
    if (!(Math.abs(value - other) <= bound + TOLERANCE * Math.max(Math.abs(other), 1e-3)))
      throw new Error(`${id} is ${String(value)} within ${String(bound)}, and ${String(other)} by the peer`);
  }
  if (compared.length === 0) throw new Error('no figure of the peer is one of ours');
  return compared.length;
}
