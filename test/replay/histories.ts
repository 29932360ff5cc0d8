/** Golden histories: what executions of earlier code have done, which today's code must repeat step by step. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { History } from '../support/replay.js';

const folder = join(import.meta.dirname, 'histories');

export interface GoldenHistory {
  /** `<workflow>-<case>`. */
  readonly name: string;
  /** The type of the workflow, as the history says. */
  readonly type: string;
  readonly history: History;
}

/** Who ran it, and where its code lay, are nobody's business and no part of what is replayed. */
function scrubbed(value: unknown, key = ''): unknown {
  if (key === 'identity') return 'worker';
  if (key === 'stackTrace') return '';
  if (Array.isArray(value)) return value.map((one) => scrubbed(one));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, scrubbed(inner, name)]));
}

/** Never to make a failing replay pass: a change goes behind `patched()`, with a new history beside the old one. */
export function writeHistory(name: string, history: History): void {
  const json: unknown = JSON.parse(historyToJSON(history));
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(scrubbed(json))}\n`);
}

export function readHistories(): readonly GoldenHistory[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const history = historyFromJSON(JSON.parse(readFileSync(join(folder, file), 'utf8')));
      const type = history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name ?? 'none';
      return { name: file.replace(/\.json$/, ''), type, history };
    });
}
