/** A version that served beside another: judged by its own figures and reference, and called by its name. */
import { describe, expect, it } from 'vitest';
import type { Figure } from '../../../src/model/figure.js';
import { segmentOf, segmentWords, versionOfSegment } from '../../../src/model/segment.js';
import { judgeVersion, stillServes } from '../../../src/rules/judge-version.js';
import { definition, rule } from './builders.js';

function figure(metric: string, value: number, version?: string, n = 500): Figure {
  const family = metric === 'volume' || metric === 'freshness' ? 'quality' : 'performance';
  const id = `${family}/current/${metric}${version === undefined ? '' : `@${version}`}`;
  return { id, family, metric, on: 'current', n, value, ...(version !== undefined && { version }) };
}

const referenceAuc: Figure = {
  ...{
    id: 'performance/reference/roc_auc',
    family: 'performance',
    metric: 'roc_auc',
    on: 'reference',
    n: 900,
    value: 0.9,
  },
};

describe('a version beside another', () => {
  const figures = [
    figure('volume', 900),
    figure('roc_auc', 0.9),
    figure('volume', 400, 'v1'),
    figure('label_coverage', 0.9, 'v1'),
    figure('roc_auc', 0.6, 'v1'),
  ];
  const floor = rule({ certainty: null });
  const judge = (rules = [floor], final = true) =>
    judgeVersion(definition({ rules }), {
      ...{ version: 'v1', figures, final, coverage: 0 },
      referenceFigures: [referenceAuc],
      referenceRows: 900,
    });

  it('is judged by its own figures, under its name, and asks for nothing', () => {
    expect(judge()).toMatchObject([
      { rule: 'auc-floor', status: 'breach', segment: '@v1', version: 'v1', action: 'none', severity: 'critical' },
    ]);
    expect(judge()[0]?.evidence[0]).toMatchObject({ figure: 'performance/current/roc_auc@v1', value: 0.6 });
  });

  it('is compared with its own reference', () => {
    const fell = rule({ limit: { kind: 'changed', by: -0.05, relative: false }, certainty: null });
    expect(judge([fell])[0]?.evidence[0]).toMatchObject({ reference: 0.9, change: 0.6 - 0.9 });
  });

  it('is not judged by what came in, which no version answers for', () => {
    const intake = ['volume_ratio', 'duplicate_id_share', 'poison_share', 'orphan_share', 'volume'];
    expect(judge(intake.map((metric) => rule({ id: metric.replaceAll('_', '-'), metric })))).toEqual([]);
  });

  it('waits for its labels, and is unknown on too few rows of its own', () => {
    expect(judge([floor], false)[0]).toMatchObject({
      status: 'unknown',
      reason: 'labels not in yet',
      provisional: true,
    });
    const few = figures.map((one) =>
      one.version === 'v1' && one.metric === 'volume' ? figure('volume', 20, 'v1') : one,
    );
    const [verdict] = judgeVersion(definition({ rules: [floor] }), {
      ...{ version: 'v1', figures: few, final: true, coverage: 1, referenceFigures: [], referenceRows: null },
    });
    expect(verdict).toMatchObject({ status: 'unknown', reason: 'too few rows', segment: '@v1' });
  });
});

describe('a version whose performance is left out has labels as the window has', () => {
  const gap = {
    id: 'fairness/current/sex/F/tpr@v1',
    family: 'fairness',
    metric: 'tpr',
    attribute: 'sex',
    group: 'F',
  } as const;
  const figures: Figure[] = [figure('volume', 400, 'v1'), { ...gap, on: 'current', n: 90, value: 0.5, version: 'v1' }];
  const floor = rule({ metric: 'tpr', scope: 'groups', limit: { kind: 'below', value: 0.6 }, certainty: null });

  it.each([
    [0.9, { status: 'breach' }],
    [0, { status: 'unknown', reason: 'no labels' }],
  ])('%s of them', (coverage, expected) => {
    const verdicts = judgeVersion(definition({ rules: [floor], sensitive: [['sex']] }), {
      ...{ version: 'v1', figures, final: true, coverage, referenceFigures: [], referenceRows: null },
    });
    expect(verdicts).toMatchObject([{ ...expected, segment: 'sex@v1' }]);
  });
});

describe('a version still serves', () => {
  const DAY = 86_400_000;
  it.each([
    ['that answered as lately as the last', 10, 10, true],
    ['that answered in the last tenth', 10, 10 + 8640, true],
    ['that had stopped before the last tenth', 10, 10 + 8641, false],
    ['that stopped at noon', 10, 43_200, false],
  ])('%s', (_, last, own, expected) => {
    const figures = [figure('freshness', last), figure('freshness', own, 'v1')];
    expect(stillServes(figures, 'v1', DAY)).toBe(expected);
  });

  it('not where its newest row is not known', () => {
    expect(stillServes([figure('freshness', 1)], 'v1', DAY)).toBe(false);
  });
});

describe('the segment of an alert', () => {
  it.each([
    ['', undefined, '', ''],
    ['sex', undefined, 'sex', 'sex'],
    ['', 'v2', '@v2', 'version v2'],
    ['sex x race', 'a@b', 'sex x race@a@b', 'sex x race, version a@b'],
  ])('of attribute "%s" and version %s is "%s": %s', (attribute, version, segment, words) => {
    expect(segmentOf(attribute, version)).toBe(segment);
    expect(versionOfSegment(segment)).toBe(version);
    expect(segmentWords(segment)).toBe(words);
  });

  it('fits its column, however long the names', () => {
    expect(segmentOf('a'.repeat(100), 'v'.repeat(100))).toHaveLength(128);
  });
});
