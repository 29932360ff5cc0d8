/** Figures whose inputs stand in their parameters, or are the reference rows themselves: what the product's formulas make of them. */

import { contrast, gini } from '../../src/fairness/disparity.js';
import { f1FromPrecisionRecall } from '../../src/metrics/confusion.js';
import { columnOf, numbersOf } from '../../src/model/columns.js';
import { absent, type Estimate, figureOf } from '../../src/model/estimate.js';
import type { Figure, FigureValue } from '../../src/model/figure.js';
import type { Frame, Roles } from '../../src/model/frame.js';
import { fitLine, type Line } from '../../src/numeric/line.js';
import { mean } from '../../src/numeric/moments.js';
import { minMaxNormalised } from '../../src/numeric/scaling.js';
import { distanceBeyond } from '../../src/rules/limit.js';
import { throughput, waitingShare } from '../../src/runtime/formulas.js';
import { measureRuntime } from '../../src/runtime/measure-runtime.js';
import type { ExpectedFigure } from './read-case.js';

type Params = Readonly<Record<string, unknown>>;
/** `line`: of the reference's label over its only feature. */
type Formula = (params: Params, line: () => Line | undefined) => FigureValue | undefined;

const number = (params: Params, name: string): number => params[name] as number;
const numbers = (params: Params, name: string): readonly number[] => params[name] as readonly number[];

/** Requests of which so many failed, through the figures of a window. */
function errorRate(params: Params): FigureValue | undefined {
  const requests = number(params, 'requests');
  const codes = Int32Array.from({ length: requests }, (_, row) => (row < number(params, 'errors') ? 0 : -1));
  const frame: Frame = {
    rows: requests,
    columns: new Map([['code', { kind: 'category', name: 'code', codes, levels: ['500'] }]]),
    intake: { read: requests, duplicateIds: 0, poison: 0 },
  };
  const roles: Roles = {
    ...{ task: 'regression', numeric: [], categorical: [], sensitive: [] },
    ...{ scoresAreProbabilities: true, error: 'code' },
  };
  return (
    measureRuntime(frame, roles, 'current', undefined).find(({ metric }) => metric === 'error_rate')?.value ?? undefined
  );
}

/** Whether the strict rule "accuracy < 0.9" breaches. */
function ruleFires(params: Params): boolean {
  const limit = Number(/^accuracy < ([\d.]+)/.exec(params['rule'] as string)?.[1]);
  return distanceBeyond({ kind: 'below', value: limit }, number(params, 'accuracy')) > 0;
}

const FORMULAS: ReadonlyMap<string, Formula> = new Map<string, Formula>([
  ['f1_from_precision_recall', (of) => f1FromPrecisionRecall(number(of, 'precision'), number(of, 'recall'))],
  ['waiting_share', (of) => waitingShare(number(of, 'total_time'), number(of, 'processing_time'))],
  ['throughput', (of) => throughput(number(of, 'requests'), number(of, 'total_time'))],
  ['error_rate', errorRate],
  ['min_max_normalised', (of) => minMaxNormalised(numbers(of, 'x'))],
  ['contrast', (of) => contrast(numbers(of, 'values'))],
  ['gini_standard', (of) => gini(Float64Array.from(numbers(of, 'values')).sort())],
  ['metric_average', (of) => mean(numbers(of, 'values'))],
  ['slope', (_, line) => line()?.slope],
  ['intercept', (_, line) => line()?.intercept],
]);

export const isFormula = ({ family, id }: Pick<ExpectedFigure, 'family' | 'id'>): boolean =>
  family === 'formula' || id.startsWith('model/');

/** The formulas among the expected figures, computed; those that are not known here are left out. */
export function formulaFigures(expected: readonly ExpectedFigure[], reference: Frame, roles: Roles): readonly Figure[] {
  const line = (): Line | undefined => {
    const [x, y] = [columnOf(reference, roles.numeric[0]), columnOf(reference, roles.label)];
    return x && y && fitLine(numbersOf(x), numbersOf(y));
  };
  return expected.filter(isFormula).flatMap(({ id, figure, on, params = {} }) => {
    const formula = figure.startsWith('rule_') ? ruleFires : FORMULAS.get(figure);
    if (formula === undefined) return [];
    const value = formula(params, line);
    const estimate: Estimate = value === undefined ? absent(0, 'the formula has no value there') : { n: 1, value };
    return figureOf({ id, family: 'performance', metric: figure, on }, estimate);
  });
}
