/** `unusual`: every figure of the newest window, held against its own history. */
import { seriesFigure } from '../../anomaly/series-figures.js';
import { seriesLimits } from '../../anomaly/series.js';
import { windowWords } from '../../alerts/wording.js';
import { loadDefinition } from '../../io/mysql/definitions.js';
import { figureHistory, HISTORY_SPAN } from '../../io/mysql/figure-history.js';
import { loadFigures } from '../../io/mysql/figures.js';
import { judgeableNumber, type Figure } from '../../model/figure.js';
import { SERIES_METHODS, type SeriesMethod } from '../../model/series-metric.js';
import { addSpan } from '../../model/window.js';
import { requireModel, type CommandContext } from '../command-context.js';
import { wrongUse } from '../command-faults.js';
import type { CommandSet } from '../command-set.js';
import { isoOrNull, table, type Answer } from '../output.js';
import { newestEvaluations } from './standing.js';

interface UnusualOptions {
  readonly method: string;
  readonly all?: boolean;
}

interface Held {
  readonly figure: string;
  readonly value: number | null;
  /** In reaches of what is usual; beyond -1 or 1 is unusual. */
  readonly deviation: number | null;
  readonly usual: readonly [number, number] | null;
  readonly windows: number;
  readonly reason: string | null;
}

function held(figure: Figure, method: SeriesMethod, history: ReadonlyMap<string, readonly number[]>): Held {
  const against = seriesFigure(figure, method, history);
  const limits = seriesLimits(history.get(figure.id) ?? [], method);
  return {
    figure: figure.id,
    value: judgeableNumber(figure) ?? null,
    deviation: judgeableNumber(against) ?? null,
    usual: 'low' in limits ? [limits.low, limits.high] : null,
    windows: against.n,
    reason: against.value === null ? against.reason : null,
  };
}

const isUnusual = ({ deviation }: Held): boolean => deviation !== null && Math.abs(deviation) > 1;

/** Of the whole model, its features and classes: groups of people are not listed, and other versions have their own history. */
const isListed = ({ on, group, version, value, family }: Figure): boolean =>
  on !== 'reference' &&
  group === undefined &&
  version === undefined &&
  family !== 'anomaly' &&
  typeof value === 'number';

const digits = (value: number): string => String(Number(value.toPrecision(5)));

function rowOf({ figure, value, deviation, usual, windows, reason }: Held): (string | number | null)[] {
  return [
    figure,
    value === null ? null : digits(value),
    usual === null ? (reason ?? '') : `${digits(usual[0])} … ${digits(usual[1])}`,
    deviation === null ? null : digits(deviation),
    windows,
  ];
}

async function unusual(context: CommandContext, modelId: string, { method, all }: UnusualOptions): Promise<Answer> {
  const known = SERIES_METHODS.find((one) => one === method);
  if (known === undefined) throw wrongUse(`--method takes ${SERIES_METHODS.join(', ')}, not "${method}"`);
  const { pool } = await context.database();
  const { model, revision } = await requireModel(pool, modelId);
  const [newest] = await newestEvaluations(pool, model, 1);
  if (newest === undefined)
    throw wrongUse(`${model} has not been judged yet`, `${context.settings.command} run ${model}`);
  const { schedule } = (await loadDefinition(pool, model, revision)).definition;
  const { window, version } = newest;
  const after = addSpan(window.from, schedule.window, schedule.timezone, -HISTORY_SPAN);
  const history = await figureHistory(pool, { model, version, window, after });
  const figures = (await loadFigures(pool, newest.id)).filter(isListed).map((figure) => held(figure, known, history));
  const size = ({ deviation }: Held): number => Math.abs(deviation ?? 0);
  const shown = figures.filter((one) => all === true || isUnusual(one)).sort((a, b) => size(b) - size(a));
  const judged = figures.filter(({ deviation }) => deviation !== null).length;
  const count = figures.filter(isUnusual).length;
  const name = windowWords(window, schedule.timezone);
  const headline = `${String(count)} of ${String(judged)} figures of ${name} are unusual for ${model}; ${String(figures.length - judged)} have no history to tell by.`;
  const head = ['figure', 'value', 'usual', 'deviation', 'windows'];
  const text = shown.length === 0 ? headline : `${headline}\n\n${table(head, shown.map(rowOf))}`;
  return {
    data: { model, from: isoOrNull(window.from), to: isoOrNull(window.to), version, method: known, figures: shown },
    text,
  };
}

export function addUnusualCommand({ command, act }: CommandSet): void {
  command('unusual', 'figures of the newest window that are unlike those of the windows before')
    .argument('<model>')
    .option('--method <name>', 'mad (median), iqr (quartiles) or z (mean)', 'mad')
    .option('--all', 'also those that are usual, and those without a history')
    .action(act(unusual));
}
