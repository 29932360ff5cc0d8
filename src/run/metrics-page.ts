/** The page of all metrics, made from the catalogues; `docs/metrics.md` holds it. */
import { LISTED_FAMILIES, listMetrics, type ListedMetric } from './metric-list.js';

const INTRODUCTION = `# Metrics

Every figure that Plumbline measures, as \`plumbline metrics\` lists them. This page is made from the catalogues in the
source (\`npm run metrics-page\`); a test compares the two.

- **Range**: ends that can be reached or approached; ∞ where there is none.
- **Better**: which way is better. Without an entry the figure only describes, and a rule decides.
- **n counts**: what the figure's own count counts, and the smallest count that gives it a value that is no convention.
- **Needs**: what the data or the definition must have. _reference_: a reference, or the first file of \`evaluate\`. _rows_:
  measured from the rows, on request.
- **Default**: measured unasked. Others are measured by \`plumbline evaluate --all\` or by name.

A rule may also hold most of them against their own history: \`METRIC_series_mad\`, \`METRIC_series_iqr\` and
\`METRIC_series_z\`.
`;

const ABOUT: Readonly<Record<(typeof LISTED_FAMILIES)[number], string>> = {
  quality: 'Data quality: each column by itself and against the reference, and how rows and labels come in.',
  drift: 'Distances and tests between the reference and the current window, column by column and of all features.',
  performance: 'Predictions and scores against labels, and how a change came about.',
  fairness:
    'Groups of the sensitive attributes against each other. A figure passes or breaches; no model is called fair.',
  runtime: 'Requests, their time, their cost and their errors.',
  estimate: 'What performance is expected to be where labels have not come in.',
  segment: 'Parts of the data in which the model does worst.',
  security: 'What texts should not hold, and requests that look hostile.',
  anomaly: 'Rows and values that are unlike the reference. Measured from files.',
  explain: 'Why the model answers as it does. Measured from files, with a model.',
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('*', '\\*').replaceAll('_', '\\_');

function rowOf(metric: ListedMetric): string {
  const { name, of, formula, range, better, denominator, smallestN, needs, byDefault, source } = metric;
  const n = smallestN === 0 ? denominator : `${denominator}; from ${String(smallestN)}`;
  const cells = [
    cell(of),
    cell(formula),
    range,
    better === 'none' ? '' : better,
    cell(n),
    cell(needs.join(', ')),
    byDefault ? 'yes' : '',
    cell(source),
  ];
  return `| \`${name}\` | ${cells.join(' | ')} |`;
}

export function metricsPage(): string {
  const head = '| metric | of | formula | range | better | n counts | needs | default | source |';
  const rule = '| --- | --- | --- | --- | --- | --- | --- | --- | --- |';
  const metrics = listMetrics();
  const families = LISTED_FAMILIES.map((family) => {
    const rows = metrics.filter((metric) => metric.family === family).map(rowOf);
    return [`## ${family}`, '', ABOUT[family], '', head, rule, ...rows].join('\n');
  });
  return `${INTRODUCTION}\n${families.join('\n\n')}\n`;
}
