/** The model's fairness rules on a candidate: its predictions for the withheld rows, by the groups those rows belong to. */
import type { Deps } from '../deps.js';
import { readWindow } from '../../src/io/mysql/window-reader.js';
import { windowQuery } from '../../src/io/mysql/window-query.js';
import { measureWindow } from '../../src/measure/measure.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import type { CategoryColumn, Column, Frame } from '../../src/model/frame.js';
import { ROLE_COLUMNS, rolesOf } from '../../src/model/roles.js';
import type { Verdict } from '../../src/model/verdict.js';
import type { Window } from '../../src/model/window.js';
import { evaluateRules } from '../../src/rules/evaluate.js';

export interface CandidateOutput {
  readonly prediction: string | number | null;
  readonly score: number | null;
}

const ID_COLUMN = '$id';

/** The frame with the candidate's outputs in place of what served; rows it did not score have none. */
function withOutputs(frame: Frame, outputs: ReadonlyMap<string, CandidateOutput>): Frame {
  const ids = frame.columns.get(ID_COLUMN);
  const rowOutput = (row: number): CandidateOutput | undefined =>
    ids?.kind === 'category' ? outputs.get(ids.levels[ids.codes[row] ?? 0] ?? '') : undefined;
  const levels: string[] = [];
  const codes = new Int32Array(frame.rows).fill(-1);
  const scores = new Float64Array(frame.rows).fill(NaN);
  for (let row = 0; row < frame.rows; row += 1) {
    const output = rowOutput(row);
    if (output === undefined) continue;
    scores[row] = output.score ?? NaN;
    if (output.prediction === null) continue;
    const level = String(output.prediction);
    let code = levels.indexOf(level);
    if (code < 0) code = levels.push(level) - 1;
    codes[row] = code;
  }
  const prediction: CategoryColumn = { kind: 'category', name: ROLE_COLUMNS.prediction, codes, levels };
  const columns = new Map<string, Column>(frame.columns);
  columns.set(prediction.name, prediction);
  columns.set(ROLE_COLUMNS.score, { kind: 'numeric', name: ROLE_COLUMNS.score, values: scores, typeMismatches: 0 });
  return { ...frame, columns };
}

/** Verdicts of the rules on groups; none where the definition has no such rule. */
export async function candidateFairness(
  deps: Deps,
  definition: ModelDefinition,
  withheld: Window,
  now: number,
  outputs: ReadonlyMap<string, CandidateOutput>,
): Promise<readonly Verdict[]> {
  const rules = definition.rules.filter(({ scope }) => scope === 'groups');
  if (rules.length === 0 || definition.task === 'regression') return [];
  const query = windowQuery(definition, withheld, now, ID_COLUMN);
  const frame = withOutputs(await readWindow(deps.sources.poolOf(definition), query), outputs);
  const figures = measureWindow(frame, null, rolesOf(definition), { families: ['fairness'], metrics: 'default' });
  return evaluateRules({
    definition: { ...definition, rules },
    figures,
    referenceFigures: [],
    rows: frame.rows,
    referenceRows: null,
    labels: { present: true, coverage: 1, final: true },
  });
}
