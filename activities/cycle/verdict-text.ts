/** Verdicts in the few words that the Temporal UI and the evaluation's row show. */
import type { ModelDefinition } from '../../src/model/definition.js';
import { segmentWords } from '../../src/model/segment.js';
import type { Verdict } from '../../src/model/verdict.js';
import { summaryOf } from '../../src/alerts/verdict-summary.js';

const SHOWN = 12;
const MARK = { breach: '🔴', unknown: '❔', pass: '✅' } as const;
const ORDER = { breach: 0, unknown: 1, pass: 2 } as const;

const nameOf = ({ rule, segment }: Verdict): string => (segment === '' ? rule : `${rule} (${segmentWords(segment)})`);

/** Why the window got its verdict: what breaches, else why nothing could be judged, else how much passed. */
export function reasonOf(verdicts: readonly Verdict[], rows: number): string {
  const breaches = verdicts.filter(({ status }) => status === 'breach');
  if (breaches.length > 0) return `${breaches.map(nameOf).join(', ')} beyond the limit (${String(rows)} rows)`;
  const passed = verdicts.filter(({ status }) => status === 'pass').length;
  const unknown = verdicts.filter(({ status }) => status === 'unknown');
  if (passed === 0) return `${unknown[0]?.reason ?? 'no rule'} (${String(rows)} rows)`;
  const reasons = [...new Set(unknown.map(({ reason }) => reason))].join(', ');
  const rest = unknown.length === 0 ? '' : `, ${String(unknown.length)} unknown: ${reasons}`;
  return `${String(passed)} rules pass${rest} (${String(rows)} rows)`;
}

/** Cells of a Markdown table: no text from a definition or from data may end a cell or a line. */
function cell(text: string): string {
  return text.replace(/[|\r\n]/g, ' ').slice(0, 160);
}

/** Rows of the details table, worst first: figure, value, limit, verdict. */
export function verdictLines(definition: ModelDefinition, verdicts: readonly Verdict[]): readonly string[] {
  const rules = new Map(definition.rules.map((rule) => [rule.id, rule]));
  return [...verdicts]
    .filter(({ rule }) => rules.has(rule))
    .sort((a, b) => ORDER[a.status] - ORDER[b.status])
    .slice(0, SHOWN)
    .map((verdict) => {
      const rule = rules.get(verdict.rule);
      const value = verdict.status === 'unknown' ? verdict.reason : summaryOf(verdict, rule?.metric ?? verdict.rule);
      return `| ${cell(nameOf(verdict))} | ${cell(value)} | ${cell(verdict.limit)} | ${MARK[verdict.status]} ${verdict.status} |`;
    });
}
