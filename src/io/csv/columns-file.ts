/**
 * The columns file: a JSON document that says which column of a CSV file plays which part. It may also be a whole
 * `expected.json` of the golden set; then the attributes and privileged groups that its figures name are taken too.
 */

import { z } from 'zod';
import type { Roles, Task } from '../../model/frame.js';

const name = z.string().min(1);

const columnsSchema = z.looseObject({
  numeric: z.array(name).default([]),
  categorical: z.array(name).default([]),
  prediction: name.optional(),
  score: name.optional(),
  scores: z.record(z.string(), name).optional(),
  label: name.optional(),
  label_type: z.enum(['number', 'integer', 'class']).optional(),
  positive: z.union([z.string(), z.number(), z.boolean()]).optional(),
  classes: z.array(z.union([z.string(), z.number()])).optional(),
  sensitive: z.array(z.union([name, z.array(name).min(1)])).default([]),
  privileged: z.record(z.string(), z.string()).default({}),
  timestamp: name.optional(),
  arrived: name.optional(),
  latency: name.optional(),
  processing: name.optional(),
  cpu: name.optional(),
  memory: name.optional(),
  gpu: name.optional(),
  error: name.optional(),
  caller: name.optional(),
  planted: name.optional(),
  explain_rows: z.int().min(1).optional(),
  scores_are_probabilities: z.boolean().default(true),
});

const figureSchema = z.looseObject({
  figure: z.string().optional(),
  attribute: z.string().optional(),
  params: z.looseObject({ privileged: z.string().optional(), rows: z.unknown().optional() }).optional(),
});

const documentSchema = z.looseObject({
  columns: columnsSchema.optional(),
  figures: z.array(figureSchema).optional(),
});

type Columns = z.infer<typeof columnsSchema>;

/** What is wrong with a columns file: every fault, each with its path. */
class ColumnsFileError extends Error {
  override readonly name = 'ColumnsFileError';
}

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.') || 'document'}: ${issue.message}`);
  throw new ColumnsFileError(faults.join('\n'));
}

/** Regression by a numeric label, multi-class by its classes or score columns, else binary where a positive class is named. */
function taskOf(columns: Columns): Task {
  if (columns.label_type === 'number' || columns.label_type === 'integer') return 'regression';
  if (columns.classes !== undefined || columns.scores !== undefined) return 'multiclass';
  return columns.positive === undefined ? 'regression' : 'binary';
}

const CROSS = ' x ';

/** The attributes that a name of the form `a x b` joins, longest first where several fit; none where it joins no known ones. */
function partsOf(joined: string, single: ReadonlySet<string>): readonly string[] {
  if (single.has(joined)) return [joined];
  for (let at = joined.lastIndexOf(CROSS); at > 0; at = joined.lastIndexOf(CROSS, at - 1)) {
    const first = joined.slice(0, at);
    const rest = single.has(first) ? partsOf(joined.slice(at + CROSS.length), single) : [];
    if (rest.length > 0) return [first, ...rest];
  }
  return [];
}

/** A crossing is written `sex x race`; a name that is itself an attribute, or joins no known ones, is taken as it stands. */
function crossing(attribute: string, single: ReadonlySet<string>): readonly string[] {
  const parts = partsOf(attribute, single);
  return parts.length > 0 ? parts : [attribute];
}

/** A golden document tells with its mean of Shapley values over how many rows that mean goes. */
function explainedRows(columns: Columns, figures: ReadonlyArray<z.infer<typeof figureSchema>>): number | undefined {
  const told = figures.find(({ figure }) => figure === 'mean_abs_shap')?.params?.rows;
  return columns.explain_rows ?? (typeof told === 'number' ? told : undefined);
}

/** The parts that the columns play, from a parsed columns file. Throws `ColumnsFileError` with every fault. */
export function rolesFromColumnsFile(document: unknown): Roles {
  const whole = checked(documentSchema, document);
  const columns = whole.columns ?? checked(columnsSchema, document);
  const figures = whole.figures ?? [];
  const single = new Set(columns.sensitive.flat());
  const sensitive = new Map<string, readonly string[]>();
  for (const entry of columns.sensitive) {
    const parts = typeof entry === 'string' ? crossing(entry, single) : entry;
    sensitive.set(parts.join(' x '), parts);
  }
  const privileged: Record<string, string> = { ...columns.privileged };
  for (const { attribute, params } of figures) {
    if (attribute === undefined) continue;
    if (!sensitive.has(attribute)) sensitive.set(attribute, crossing(attribute, single));
    if (params?.privileged !== undefined) privileged[attribute] = params.privileged;
  }
  const scores = columns.scores;
  const order = columns.classes?.map(String) ?? Object.keys(scores ?? {});
  const scorePairs =
    scores && order.filter((label) => label in scores).map((label) => [label, scores[label] as string] as const);
  const explainRows = explainedRows(columns, figures);
  return {
    task: taskOf(columns),
    numeric: columns.numeric,
    categorical: columns.categorical,
    sensitive: [...sensitive.values()],
    privileged,
    scoresAreProbabilities: columns.scores_are_probabilities,
    ...(columns.prediction !== undefined && { prediction: columns.prediction }),
    ...(columns.score !== undefined && { score: columns.score }),
    ...(scorePairs && { scores: scorePairs }),
    ...(columns.label !== undefined && { label: columns.label }),
    ...(columns.positive !== undefined && { positive: String(columns.positive) }),
    ...(columns.timestamp !== undefined && { time: columns.timestamp }),
    ...(columns.arrived !== undefined && { arrived: columns.arrived }),
    ...(columns.latency !== undefined && { latency: columns.latency }),
    ...(columns.processing !== undefined && { processing: columns.processing }),
    ...(columns.cpu !== undefined && { cpu: columns.cpu }),
    ...(columns.memory !== undefined && { memory: columns.memory }),
    ...(columns.gpu !== undefined && { gpu: columns.gpu }),
    ...(columns.error !== undefined && { error: columns.error }),
    ...(columns.caller !== undefined && { caller: columns.caller }),
    ...(columns.planted !== undefined && { planted: columns.planted }),
    ...(explainRows !== undefined && { explainRows }),
  };
}
