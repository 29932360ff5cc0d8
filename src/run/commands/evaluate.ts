/** `evaluate`: the measuring core on two files, without any server. */
import { oneLine } from '../../alerts/escape.js';
import { measureAnomaly } from '../../anomaly/measure-anomaly.js';
import { measureExplanation } from '../../explain/measure-explanation.js';
import { MEASURED_FAMILIES, measureReference, measureWindow } from '../../measure/measure.js';
import type { Figure, FigureFamily } from '../../model/figure.js';
import type { Frame } from '../../model/frame.js';
import { addModelOptions, type AskedSource, askedSource, type ModelOptions } from '../asked-model.js';
import { wrongUse } from '../command-fault.js';
import type { CommandSet } from '../command-set.js';
import { type EvaluateInput, readEvaluateFiles } from '../evaluate-files.js';
import { type AskedMetrics, askedMetrics } from '../asked-metrics.js';
import type { Answer } from '../output.js';
import { releaseRows } from '../tables/read-table.js';

interface EvaluateOptions extends ModelOptions {
  readonly reference: string;
  readonly current: string;
  readonly columns: string;
  readonly all?: boolean;
  readonly metrics?: string;
}

/** Chunks that a reference is cut into where the columns file does not say how large they are. */
const REFERENCE_CHUNKS = 10;

function hasLabels(frame: Frame, label: string | undefined): boolean {
  const column = label === undefined ? undefined : frame.columns.get(label);
  if (column === undefined) return false;
  return column.kind === 'category'
    ? column.codes.some((code) => code >= 0)
    : column.values.some((value) => !Number.isNaN(value));
}

/** Unasked, estimates stand in for labels that are not there; weak segments and what texts hold are not looked for. */
function familiesFor({ current, roles }: EvaluateInput, asked: AskedMetrics): readonly FigureFamily[] {
  if (asked.metrics === 'all') return MEASURED_FAMILIES;
  const labelled = hasLabels(current.frame, roles.label);
  const wanted: Partial<Record<FigureFamily, boolean>> = {
    segment: asked.segments,
    security: asked.security,
    estimate: !labelled,
  };
  return MEASURED_FAMILIES.filter((family) => wanted[family] ?? true);
}

async function measure(input: EvaluateInput, asked: AskedMetrics): Promise<Figure[]> {
  const { metrics } = asked;
  const { reference, current, roles } = input;
  const families = familiesFor(input, asked);
  const before = measureReference(reference.frame, roles, {
    metrics,
    ...reference.features,
    segments: families.includes('segment'),
    security: families.includes('security'),
    estimates: families.includes('estimate'),
  });
  const ofRows = asked.ofRows || families.includes('estimate');
  if (!ofRows && !input.model) releaseRows(reference);
  const now = measureWindow(current.frame, before, roles, {
    families,
    metrics,
    ...current.features,
    usesProfileUp: true,
    ...(ofRows && { referenceFrame: reference.frame }),
    ...(input.windowEnd !== undefined && { windowEnd: input.windowEnd }),
    chunkRows: input.chunkRows ?? Math.max(1, Math.ceil(reference.frame.rows / REFERENCE_CHUNKS)),
  });
  const frames = [reference.frame, current.frame, roles] as const;
  const isAsked = ({ metric }: Figure): boolean => typeof metrics === 'string' || metrics.includes(metric);
  const anomalies = asked.anomalies ? measureAnomaly(...frames).filter(isAsked) : [];
  const explains = input.model !== undefined && (typeof metrics === 'string' || asked.explanation);
  const explanation = explains ? await measureExplanation(input.model, ...frames, { metrics }) : [];
  return [...before.figures, ...now, ...anomalies, ...explanation];
}

/** The document's form of a figure. */
function printed(figure: Figure): Readonly<Record<string, unknown>> {
  const { id, value, n } = figure;
  if (value === null) return { id, value, n, reason: figure.reason };
  return {
    ...{ id, value, n },
    ...(figure.interval && { interval: figure.interval }),
    ...(figure.degenerate && { degenerate: true }),
  };
}

/** Seven digits are enough to read; the document has them all. */
function shown(value: unknown): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(7)));
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function row(figure: Figure): string[] {
  const { id, n } = figure;
  if (figure.value === null) return [id, '', String(n), '', figure.reason];
  const interval = figure.interval ? figure.interval.map(shown).join(' … ') : '';
  return [id, shown(figure.value), String(n), interval, figure.degenerate ? 'by convention: nothing to divide by' : ''];
}

/** Tens of thousands of rows, which the table of the other commands would take minutes for. */
function longTable(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((texts) => texts.map((text) => oneLine(text)));
  const widths: number[] = [];
  for (const texts of cells) texts.forEach((text, at) => (widths[at] = Math.max(widths[at] ?? 0, text.length)));
  const line = (texts: readonly string[]): string => texts.map((text, at) => text.padEnd(widths[at] ?? 0)).join('  ');
  return cells.map((texts) => line(texts).trimEnd()).join('\n');
}

async function measureFiles(options: EvaluateOptions, source: AskedSource | undefined): Promise<Figure[]> {
  const { all = false, metrics, reference, current, columns, model } = options;
  const asked = askedMetrics(all, metrics);
  if (asked.explanation && model === undefined && source === undefined)
    throw wrongUse('figures of explanation need a model', 'name one by --model');
  const files = { reference, current, columns, ...(source === undefined && model !== undefined && { model }) };
  const input = await readEvaluateFiles(files, {
    metrics: asked.metrics,
    ofRows: asked.ofRows || source !== undefined,
  });
  return measure(source === undefined ? input : { ...input, model: source.modelFor(input.roles) }, asked);
}

async function evaluate(options: EvaluateOptions): Promise<Answer> {
  const source = askedSource(options);
  const figures = await measureFiles(options, source).finally(() => source?.close());
  return {
    ...(source?.failed() === true && { status: 3 }),
    data: { figures: figures.map(printed) },
    // Drawn only when it is read: with --json nobody does.
    get text() {
      return longTable([['figure', 'value', 'n', '99 % interval', ''], ...figures.map(row)]);
    },
  };
}

export function addEvaluateCommand({ command, actAlone }: CommandSet): void {
  const evaluation = command('evaluate', 'measure one table against another, CSV or Parquet; needs no server')
    .requiredOption('--reference <file>', 'table with named columns: what is normal')
    .requiredOption('--current <file>', 'table with the same columns; labels may be missing')
    .requiredOption('--columns <file>', 'JSON that says what the columns mean')
    .option('--metrics <names>', 'these alone, by the names that "metrics" lists, separated by commas')
    .option('--all', 'every figure that applies, not the default set of the task');
  addModelOptions(evaluation).action(actAlone(evaluate));
}
