/** Figures that only exist beside others: a volume against earlier volumes, a bias in the label's own unit. */
import { judgeableNumber, type Figure } from '../model/figure.js';
import { wilsonInterval } from '../numeric/proportion.js';
import { FIGURE_CONFIDENCE } from './interval.js';
import { isOfWholeModel } from './subjects.js';

/** Fewer earlier windows than this say nothing of what a usual volume is. */
const MINIMUM_VOLUME_HISTORY = 4;

interface Sources {
  readonly figures: readonly Figure[];
  readonly referenceFigures: readonly Figure[];
  readonly rows: number;
  readonly volumeHistory: readonly number[];
}

/** The figures with those that follow from them; a figure that is already there is kept as it is. */
export function withDerivedFigures(sources: Sources): readonly Figure[] {
  const measured = new Set(sources.figures.map(({ metric }) => metric));
  const derived = [volume(sources), volumeRatio(sources), biasInDeviations(sources)].filter(
    (figure) => figure !== undefined,
  );
  return [...sources.figures, ...derived.filter(({ metric }) => !measured.has(metric))];
}

/** `volume`: rows of the window. An empty window is not measured, and yet its rows are counted. */
function volume({ rows }: Sources): Figure {
  return { id: 'quality/current/volume', family: 'quality', metric: 'volume', on: 'current', n: rows, value: rows };
}

/**
 * `volume_ratio` = rows of the window over the median rows of earlier comparable windows (the same weekday, for daily
 * windows). Range 0 and above, 1 is usual. No value before four such windows, or if their median is 0. n = rows.
 */
function volumeRatio({ rows, volumeHistory }: Sources): Figure {
  const head = {
    id: 'quality/current/volume_ratio',
    family: 'quality',
    metric: 'volume_ratio',
    on: 'current',
    n: rows,
  } as const;
  if (volumeHistory.length < MINIMUM_VOLUME_HISTORY) {
    return { ...head, value: null, reason: `fewer than ${MINIMUM_VOLUME_HISTORY} earlier windows to compare with` };
  }
  const sorted = [...volumeHistory].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  if (!(median > 0)) return { ...head, value: null, reason: 'earlier windows are mostly empty' };
  return { ...head, value: rows / median };
}

/** Metrics whose stored figures tell the value of a metric: its own, or those that it is derived from. */
export const storedMetricsOf = (metric: string): readonly string[] =>
  metric === 'mean_error_in_sd' ? [metric, 'mean_error'] : [metric];

/**
 * `mean_error_in_sd` = mean error (prediction − label) of the window over the standard deviation of the reference's
 * labels; 0 is unbiased, any sign. Its interval is the mean error's, divided alike: the deviation counts as known.
 * No value without a mean error, or where the reference's labels have no spread. n = the mean error's.
 */
function biasInDeviations({ figures, referenceFigures }: Sources): Figure | undefined {
  const bias = modelFigure(figures, 'mean_error', 'current');
  if (bias === undefined) return undefined;
  const head = {
    id: 'performance/current/mean_error_in_sd',
    family: 'performance',
    metric: 'mean_error_in_sd',
    on: 'current',
    n: bias.n,
  } as const;
  if (bias.value === null) return { ...head, value: null, reason: bias.reason };
  const error = judgeableNumber(bias);
  if (error === undefined) return { ...head, value: null, reason: 'the mean error has no value to judge' };
  const deviation = labelDeviation(referenceFigures);
  if (deviation === undefined) return { ...head, value: null, reason: 'the reference’s labels have no known spread' };
  const { interval } = bias;
  return {
    ...head,
    value: error / deviation,
    ...(interval && { interval: [interval[0] / deviation, interval[1] / deviation] }),
  };
}

function modelFigure(figures: readonly Figure[], metric: string, on: Figure['on']): Figure | undefined {
  return figures.find(
    (figure) =>
      figure.family === 'performance' && figure.metric === metric && figure.on === on && isOfWholeModel(figure),
  );
}

/** Standard deviation of the reference's labels, divisor n, since mse = (1 − R²) times their variance. */
function labelDeviation(referenceFigures: readonly Figure[]): number | undefined {
  const numberOf = (metric: string): number | undefined => {
    const figure = modelFigure(referenceFigures, metric, 'reference');
    return figure && judgeableNumber(figure);
  };
  const mse = numberOf('mse');
  const r2 = numberOf('r2');
  return mse !== undefined && r2 !== undefined && mse > 0 && r2 < 1 ? Math.sqrt(mse / (1 - r2)) : undefined;
}

/** Shares of values that the reference has not seen; of the reference itself nobody measures them. */
const UNSEEN = new Set(['out_of_range_share', 'new_category_share']);
/** Rows of a reference that would themselves be unseen, had they been left out: the lowest and the highest. */
const LEFT_OUT_UNSEEN = 2;

/** Of one column of the reference: values that are present, and categories among them that occur once. */
interface Known {
  present?: number;
  singles?: number;
}

function knownColumns(referenceFigures: readonly Figure[]): ReadonlyMap<string, Known> {
  const columns = new Map<string, Known>();
  for (const figure of referenceFigures) {
    const share = figure.family === 'quality' ? judgeableNumber(figure) : undefined;
    if (share === undefined || figure.column === undefined) continue;
    const known = columns.get(figure.column) ?? {};
    if (figure.metric === 'missing_share') known.present = Math.round(figure.n * (1 - share));
    else if (figure.metric === 'singleton_share') known.singles = Math.round(figure.n * share);
    else continue;
    columns.set(figure.column, known);
  }
  return columns;
}

/**
 * The reference's figures, with the shares of unseen values that belong to the reference: its leave-one-out share with
 * Wilson's interval. A small reference has not seen everything, so that honest rows leave its range now and then: with n
 * values the true share beyond both ends is Beta(2, n − 1) distributed, whatever their distribution, so 2 of n. Of
 * categories it is the share of those that occur once (Good and Turing), which a long tail of rare ones makes large.
 */
export function withUnseenShares(figures: readonly Figure[], referenceFigures: readonly Figure[]): readonly Figure[] {
  const columns = knownColumns(referenceFigures);
  const measured = new Set(referenceFigures.filter(({ metric }) => UNSEEN.has(metric)).map(placeOf));
  const shares = figures.flatMap((figure): Figure[] => {
    const { present, singles = 0 } = (figure.column === undefined ? undefined : columns.get(figure.column)) ?? {};
    if (!UNSEEN.has(figure.metric) || present === undefined || measured.has(placeOf(figure))) return [];
    const { metric, column = '' } = figure;
    const id = `quality/reference/${column}/${metric}`;
    const head = { id, family: 'quality', metric, column, on: 'reference', n: present } as const;
    if (present < LEFT_OUT_UNSEEN) return [{ ...head, value: null, reason: 'fewer than 2 values are present' }];
    const unseen = Math.max(LEFT_OUT_UNSEEN, singles);
    return [{ ...head, value: unseen / present, interval: wilsonInterval(unseen, present, FIGURE_CONFIDENCE) }];
  });
  return [...referenceFigures, ...shares];
}

const placeOf = ({ metric, column }: Figure): string => JSON.stringify([metric, column ?? null]);
