/** Definitions of models whose rows lie in tables of their own, and frames as plain values. */
import type { Pool } from '../../src/io/mysql/pool.js';
import { readWindow } from '../../src/io/mysql/window-reader.js';
import { windowQuery } from '../../src/io/mysql/window-query.js';
import type { Filters, LabelsDefinition, ModelDefinition, SourceDefinition } from '../../src/model/definition.js';
import type { Frame } from '../../src/model/frame.js';
import { parseDefinition } from '../../src/model/parse-definition.js';
import type { Window } from '../../src/model/window.js';
import { defaultRules } from '../../src/rules/default-rules.js';

/** A day that the tests' rows lie in. */
export const DAY: Window = { from: Date.parse('2026-01-05T00:00:00Z'), to: Date.parse('2026-01-06T00:00:00Z') };

/** An instant of that day as the servers read it, with milliseconds. */
export const at = (time: string): string => `2026-01-05 ${time}`;

function baseDefinition(): ModelDefinition {
  const parsed = parseDefinition(
    ['model: reader', 'task: binary', 'positive: yes', 'features: { numeric: [income] }', 'approvers: [ana]'].join(
      '\n',
    ),
    'reader.yaml',
    { defaultRules },
  );
  if (!parsed.ok) throw new Error(parsed.faults.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return parsed.definition;
}

const BASE = baseDefinition();

export interface ReaderParts {
  readonly table: string;
  readonly columns?: Partial<SourceDefinition['columns']>;
  readonly filters?: Filters;
  readonly numeric?: readonly string[];
  readonly categorical?: readonly string[];
  readonly sensitive?: ModelDefinition['sensitive'];
  readonly labels?: Partial<LabelsDefinition> & Pick<LabelsDefinition, 'table' | 'id' | 'label'>;
  readonly task?: ModelDefinition['task'];
}

/** Built by hand and not parsed, so that it may also hold what the parser would refuse. */
export function readerOf(parts: ReaderParts): ModelDefinition {
  const { labels: _own, ...base } = BASE;
  return {
    ...base,
    task: parts.task ?? 'binary',
    source: {
      table: parts.table,
      filters: parts.filters ?? {},
      columns: { id: 'id', time: 'at', prediction: 'said', ...parts.columns },
    },
    features: { numeric: parts.numeric ?? [], categorical: parts.categorical ?? [] },
    sensitive: parts.sensitive ?? [],
    ...(parts.labels === undefined
      ? {}
      : {
          labels: {
            filters: {},
            minimumCoverage: 0.8,
            deadline: { count: 1, unit: 'month' },
            ...parts.labels,
          },
        }),
  };
}

export async function readDay(pool: Pool, definition: ModelDefinition, now = DAY.to, window = DAY): Promise<Frame> {
  return readWindow(pool, windowQuery(definition, window, now));
}

/** A column as plain values; null is missing. */
export function cellsOf(frame: Frame, name: string): readonly (number | string | null)[] {
  const column = frame.columns.get(name);
  if (column === undefined) throw new Error(`the frame has ${[...frame.columns.keys()].join(', ')}, not ${name}`);
  if (column.kind === 'numeric') return Array.from(column.values, (value) => (Number.isNaN(value) ? null : value));
  return Array.from(column.codes, (code) => (code < 0 ? null : (column.levels[code] ?? null)));
}

export function mismatchesOf(frame: Frame, name: string): number {
  const column = frame.columns.get(name);
  return column?.kind === 'numeric' ? column.typeMismatches : NaN;
}
