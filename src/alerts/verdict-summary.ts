/** A verdict in a few words and one number, for transitions: where it is worst, and how bad. */
import type { RuleLimit } from '../model/definition.js';
import type { Evidence, Verdict } from '../model/verdict.js';
import { distanceBeyond } from '../rules/limit.js';

const SHOWN_SUBJECTS = 3;
/** Group names come from the data and may be of any length. */
const NAME_LENGTH = 60;

/** Value of the worst subject. */
export function valueOf({ evidence }: Verdict): number | null {
  return evidence[0]?.value ?? null;
}

/** "age 0.21, balance 0.18 and 2 more (4 of 30)"; for the model as a whole "roc_auc 0.61 (reference 0.74)". */
export function summaryOf({ evidence, breached, judged }: Verdict, metric: string): string {
  const telling = evidence.slice(0, Math.min(SHOWN_SUBJECTS, Math.max(1, breached)));
  const shown = telling.map((one) => describe(one, metric)).join(', ');
  const more = breached > telling.length ? ` and ${breached - telling.length} more` : '';
  return judged > 1 ? `${shown}${more} (${breached} of ${judged})` : `${shown}${more}`;
}

function describe({ subject, value, reference, pooled }: Evidence, metric: string): string {
  const name = subject === '' ? metric : subject;
  const clipped = name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH - 1)}…` : name;
  const against = reference === undefined ? '' : ` (reference ${short(reference)})`;
  const together =
    pooled === undefined ? '' : `, ${short(pooled.value)} over ${String(pooled.windows)} windows together`;
  return `${clipped} ${value === null ? 'without a value' : short(value)}${against}${together}`;
}

const short = (value: number): string => String(Number(value.toPrecision(4)));

/** The value that lies farther beyond the limit; one that is missing never wins. */
export function worseOf(limit: RuleLimit, a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  switch (limit.kind) {
    case 'changed':
      return limit.by < 0 ? Math.min(a, b) : Math.max(a, b);
    case 'below':
    case 'above':
    case 'outside':
      return distanceBeyond(limit, b) > distanceBeyond(limit, a) ? b : a;
  }
}
