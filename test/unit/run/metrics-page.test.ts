/** The catalogue against what is measured, and the page that is made from it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { measureAnomaly } from '../../../src/anomaly/measure-anomaly.js';
import { measureExplanation } from '../../../src/explain/measure-explanation.js';
import { MEASURED_FAMILIES, measureReference, measureWindow } from '../../../src/measure/measure.js';
import { type ExplainedModel, modelFromFile } from '../../../src/model/explained-model.js';
import type { Figure } from '../../../src/model/figure.js';
import type { Frame, Roles } from '../../../src/model/frame.js';
import { derivedCatalogue } from '../../../src/rules/derived-catalogue.js';
import { withDerivedFigures } from '../../../src/rules/derived-figures.js';
import { LISTED_FAMILIES, listMetrics } from '../../../src/run/metric-list.js';
import { metricsPage } from '../../../src/run/metrics-page.js';
import { readCase, readCaseFile } from '../../golden/read-case.js';
import { frameOf, numbers, texts } from '../frames.js';

const CASES = [
  ...['german-credit', 'breast-cancer-p2', 'wine', 'diabetes-p1', 'article-linear', 'article-multiclass'],
  ...['edge-certain-scores', 'edge-missing', 'edge-no-positive-prediction', 'edge-one-class', 'edge-ties'],
  ...['anomaly-tumours', 'explain-linear', 'explain-logistic-margin', 'explain-tree'],
];
const EXPLAINED = CASES.filter((name) => name.startsWith('explain-'));

/** What a cycle may read beside what the golden files hold. */
function served(): { readonly frame: Frame; readonly roles: Roles } {
  const many = Array.from({ length: 120 }, (_, row) => row);
  const frame = frameOf([
    ...[
      numbers('x', many),
      numbers(
        'p',
        many.map((row) => (row % 10) / 10),
      ),
      numbers(
        'at',
        many.map((row) => row * 1000),
      ),
    ],
    ...[
      numbers(
        'came',
        many.map((row) => row * 1000 + 500),
      ),
      numbers('took', many),
    ],
    ...[
      texts(
        'said',
        many.map((row) => (row % 2 === 0 ? 'y' : 'n')),
      ),
      texts(
        'y',
        many.map((row) => (row % 3 === 0 ? 'y' : 'n')),
      ),
    ],
    ...[
      texts(
        'err',
        many.map((row) => (row % 50 === 0 ? 'E1' : null)),
      ),
      texts(
        'note',
        many.map((row) => `mail a${String(row)}@example.org`),
      ),
    ],
    texts(
      'who',
      many.map((row) => `caller ${String(row % 3)}`),
    ),
  ]);
  const roles: Roles = {
    ...{ task: 'binary', numeric: ['x'], categorical: ['note'], sensitive: [['who']], scoresAreProbabilities: true },
    ...{ prediction: 'said', score: 'p', label: 'y', positive: 'y', time: 'at', arrived: 'came', error: 'err' },
    ...{ latency: 'took', processing: 'took', cpu: 'took', memory: 'took', gpu: 'took', caller: 'who' },
  };
  return { frame, roles };
}

function figuresOf(reference: Frame, current: Frame, roles: Roles): Figure[] {
  const metrics = 'all';
  const before = measureReference(reference, roles, { metrics, segments: true, estimates: true, security: true });
  const now = measureWindow(current, before, roles, {
    ...{ families: MEASURED_FAMILIES, metrics, referenceFrame: reference, windowEnd: 200_000, windowSeconds: 60 },
    chunkRows: 50,
  });
  const derived = withDerivedFigures({
    ...{ figures: now, referenceFigures: before.figures, rows: current.rows, volumeHistory: [1, 2, 3, 4] },
  });
  return [...before.figures, ...derived, ...measureAnomaly(reference, current, roles)];
}

const modelOf = (name: string): ExplainedModel => modelFromFile(JSON.parse(readCaseFile(name, 'model.json')));

/** Rows of which a fifth go wrong far more often. */
function weak(task: 'binary' | 'regression'): { readonly frame: Frame; readonly roles: Roles } {
  const rows = Array.from({ length: 2000 }, (_, row) => row);
  const wrong = rows.map((row) => (row % 5 === 0 ? (row / 5) % 10 < 6 : row % 17 === 0));
  const jobs = texts(
    'job',
    rows.map((row) => (row % 5 === 0 ? 'a' : 'b')),
  );
  const label = rows.map(() => '1');
  const prediction = wrong.map((off) => (off ? '0' : '1'));
  const outcome =
    task === 'binary'
      ? [texts('y', label), texts('z', prediction)]
      : [
          numbers('y', label.map(Number)),
          numbers(
            'z',
            wrong.map((off, row) => (off ? 9 : 1 + (row % 3) / 10)),
          ),
        ];
  const frame = frameOf([jobs, ...outcome]);
  const base = {
    numeric: [],
    categorical: ['job'],
    sensitive: [],
    scoresAreProbabilities: true,
    label: 'y',
    prediction: 'z',
  };
  return { frame, roles: { ...base, task, ...(task === 'binary' && { positive: '1' }) } };
}

async function allFigures(): Promise<readonly Figure[]> {
  const { frame, roles } = served();
  const figures = [
    ...figuresOf(frame, frame, roles),
    ...(['binary', 'regression'] as const).flatMap((task) => {
      const sliced = weak(task);
      return figuresOf(sliced.frame, sliced.frame, sliced.roles);
    }),
    ...CASES.flatMap((name) => {
      const one = readCase(name);
      return figuresOf(one.reference, one.current, one.roles);
    }),
  ];
  for (const name of EXPLAINED) {
    const one = readCase(name);
    figures.push(
      ...(await measureExplanation(modelOf(name), one.reference, one.current, one.roles, { metrics: 'all' })),
    );
  }
  return figures;
}

describe('the catalogue', () => {
  const metrics = listMetrics();
  const keyOf = ({ family, name }: { family: string; name: string }): string => `${family}/${name}`;

  it('holds every metric that evaluate --all or a cycle measures, and no other', async () => {
    const measured = new Set((await allFigures()).map(({ family, metric }) => keyOf({ family, name: metric })));
    const described = new Set(metrics.map(keyOf));
    const unknown = [...measured].filter((key) => !described.has(key));
    const never = [...described].filter((key) => !measured.has(key));
    expect({ unknown, never }).toEqual({ unknown: [], never: [] });
  });

  it('says everything of each metric, once', () => {
    const keys = metrics.map(keyOf);
    expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
    const empty = metrics.filter(({ of, range, better, denominator, formula, source }) =>
      [of, range, better, denominator, formula, source].includes(''),
    );
    expect(empty.map(keyOf)).toEqual([]);
    expect(metrics.filter(({ smallestN }) => !Number.isInteger(smallestN) || smallestN < 0).map(keyOf)).toEqual([]);
    expect(metrics.every(({ family }) => LISTED_FAMILIES.some((one) => one === family))).toBe(true);
    expect(derivedCatalogue.length).toBeGreaterThan(0);
  });

  it('is what docs/metrics.md holds', () => {
    expect(readFileSync(new URL('../../../docs/metrics.md', import.meta.url), 'utf8')).toBe(metricsPage());
  });

  it('keeps the cells of its page apart, whatever the texts hold', () => {
    const rows = metricsPage()
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(rows).toHaveLength(metrics.length);
    expect(rows.filter((row) => row.split(/(?<!\\)\|/).length !== 11)).toEqual([]);
  });
});
