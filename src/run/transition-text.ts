/** A transition as a row of a table. */
import { dateWords } from '../alerts/wording.js';
import type { StoredTransition } from '../io/mysql/alerts.js';
import { segmentWords } from '../model/segment.js';

/** Rule with segment, step, severity, window, what was seen. */
export function describeTransition({ rule, segment, transition }: StoredTransition): (string | null)[] {
  const { from, to, severity, reason, window, summary, limit, note } = transition;
  const seen = [summary, limit === '' ? '' : `limit: ${limit}`, note ?? ''].filter((part) => part !== '').join('; ');
  return [
    segment === '' ? rule : `${rule} (${segmentWords(segment)})`,
    `${from} → ${to} (${reason})`,
    severity,
    window === null ? null : `${dateWords(window.from)} to ${dateWords(window.to)}`,
    seen,
  ];
}
