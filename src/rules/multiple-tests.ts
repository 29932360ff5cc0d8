/**
 * Corrections for asking many questions at once: with a hundred features some test fails every day by chance. Both
 * return adjusted p-values in the order given, so that "adjusted p <= level" is the corrected decision.
 */

type Correction = 'benjamini-hochberg' | 'holm' | 'none';

/**
 * Benjamini and Hochberg's adjusted p-values, `min over j >= i of p_(j) m / j`, held to 1. Rejecting at q keeps the
 * expected share of false rejections below q for independent and positively dependent tests. p-values in [0, 1], none
 * missing. Source: JRSS B 57 (1995); R `p.adjust(p, "BH")`.
 */
export function benjaminiHochberg(p: readonly number[]): number[] {
  const order = ascending(p);
  const adjusted = new Array<number>(p.length).fill(1);
  let smallest = 1;
  for (let rank = p.length; rank >= 1; rank -= 1) {
    const index = order[rank - 1]!;
    smallest = Math.min(smallest, (p[index]! * p.length) / rank);
    adjusted[index] = smallest;
  }
  return adjusted;
}

/**
 * Holm's adjusted p-values, `max over j <= i of p_(j) (m − j + 1)`, held to 1. Rejecting at alpha keeps the chance of
 * any false rejection below alpha, whatever the dependence. Source: Scandinavian Journal of Statistics 6 (1979);
 * R `p.adjust(p, "holm")`.
 */
export function holm(p: readonly number[]): number[] {
  const adjusted = new Array<number>(p.length).fill(1);
  let largest = 0;
  ascending(p).forEach((index, before) => {
    largest = Math.max(largest, Math.min(1, p[index]! * (p.length - before)));
    adjusted[index] = largest;
  });
  return adjusted;
}

export function adjust(p: readonly number[], correction: Correction): number[] {
  switch (correction) {
    case 'benjamini-hochberg':
      return benjaminiHochberg(p);
    case 'holm':
      return holm(p);
    case 'none':
      return [...p];
  }
}

/**
 * Holm's step-down for intervals: which of `count` subjects are certain at `1 − certainty` for all of them together.
 * `isCertain(i, confidence)` must hold at every lower confidence where it holds at one. Returns the decisions and the
 * confidence at which the last step judged, at which every decision can be read off the interval.
 */
export function certainTogether(
  count: number,
  certainty: number,
  isCertain: (index: number, confidence: number) => boolean,
): { readonly certain: readonly boolean[]; readonly confidence: number } {
  let found = 0;
  for (;;) {
    const confidence = 1 - (1 - certainty) / Math.max(1, count - found);
    const certain = Array.from({ length: count }, (_, index) => isCertain(index, confidence));
    const now = certain.filter(Boolean).length;
    if (now <= found) return { certain, confidence };
    found = now;
  }
}

function ascending(p: readonly number[]): number[] {
  return p.map((_, index) => index).sort((a, b) => p[a]! - p[b]! || a - b);
}
