/** What a message shows of a verdict: the worst value, and where it was found. */
import type { Verdict } from '../model/verdict.js';
import type { AlertView } from './incident-view.js';

type VerdictView = Pick<
  AlertView,
  'limit' | 'value' | 'reason' | 'interval' | 'reference' | 'n' | 'subjects' | 'breached' | 'judged'
>;

export function verdictView(verdict: Verdict | null): VerdictView {
  const [worst] = verdict?.evidence ?? [];
  return {
    limit: verdict?.limit ?? '',
    value: worst?.value ?? null,
    ...(worst?.reason === undefined ? {} : { reason: worst.reason }),
    ...(worst?.interval === undefined ? {} : { interval: worst.interval }),
    ...(worst?.reference === undefined ? {} : { reference: worst.reference }),
    n: worst?.n ?? 0,
    subjects: verdict === null ? [] : subjectViews(verdict),
    ...(verdict === null ? {} : { breached: verdict.breached, judged: verdict.judged }),
  };
}

function subjectViews(verdict: Verdict): AlertView['subjects'] {
  return verdict.evidence
    .filter((evidence) => evidence.subject !== '')
    .map((evidence) => ({
      name: evidence.subject,
      value: evidence.value,
      ...(evidence.interval === undefined ? {} : { interval: evidence.interval }),
      ...(evidence.reference === undefined ? {} : { reference: evidence.reference }),
      n: evidence.n,
      ...(evidence.reason === undefined ? {} : { reason: evidence.reason }),
    }));
}
