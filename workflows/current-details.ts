/** Markdown for the Temporal UI's "current details". Texts come from activities; nothing is computed here. */
import type { CycleResult, WindowResult } from './cycle-result.js';

const MARK = { pass: '✅', breach: '🔴', unknown: '❔', unchanged: '➖' } as const;

export function cycleDetails(
  title: string,
  verdict: CycleResult['verdict'],
  results: readonly WindowResult[],
  lines: readonly string[],
): string {
  const windows = results.map((result) => `- ${MARK[result.verdict]} **${result.window}**: ${result.reason}`);
  const table =
    lines.length === 0 ? [] : ['', '| window | figure | value | limit | verdict |', '|---|---|---|---|---|', ...lines];
  return [`### ${MARK[verdict]} ${title}: ${verdict}`, '', ...windows, ...table].join('\n').slice(0, 8000);
}
