import { describe, expect, it } from 'vitest';
import { domainClassifierAuc } from '../../../src/drift/domain-classifier.js';
import { evidentlyDefault } from '../../../src/drift/evidently-default.js';
import { measureDrift } from '../../../src/drift/measure-drift.js';
import { pcaReconstruction } from '../../../src/drift/pca-reconstruction.js';
import { profileColumn, profileFrame } from '../../../src/profile/reference-profile.js';
import { drawNormal, randomFrom } from '../../../src/numeric/random.js';
import { frameOf, numbers, rolesFor, texts } from '../frames.js';

const random = randomFrom(11);
const normals = (n: number, shift = 0): number[] => Array.from({ length: n }, () => drawNormal(random) + shift);

describe('reconstruction by principal components', () => {
  const x = normals(200);
  const line = frameOf([
    numbers('a', x),
    numbers(
      'b',
      x.map((v) => 3 * v + 1),
    ),
  ]);

  it('loses nothing of rows on the line that the reference draws, and sees those off it', () => {
    const moved = frameOf([numbers('a', [0, 1]), numbers('b', [10, 1])]);
    const { components, reference, current } = pcaReconstruction(line, moved, ['a', 'b']);
    expect(components).toMatchObject({ value: 1, n: 200 });
    expect(reference.value).toBeCloseTo(0, 10);
    expect(current.value).toBeGreaterThan(1);
  });

  it('takes missing cells as the mean or the most frequent category, unseen categories as share 0', () => {
    const before = frameOf([numbers('a', [1, 3, NaN, 2]), texts('c', ['p', 'p', null, 'q'])]);
    const now = frameOf([numbers('a', [NaN, 2]), texts('c', [null, 'new'])]);
    const { current } = pcaReconstruction(before, now, ['a', 'c']);
    expect(current).toMatchObject({ n: 2 });
    expect(Number.isFinite(current.value)).toBe(true);
  });

  // scikit-learn 1.9.1: PCA(0.65) on StandardScaler's output.
  it.each([
    ['one row: the first feature is kept', [1], [5], 7],
    [
      'nine rows of a constant: the first feature is kept',
      new Array<number>(9).fill(1),
      new Array<number>(9).fill(5),
      7,
    ],
    [
      'twenty rows of a constant: the last feature is kept',
      new Array<number>(20).fill(1),
      new Array<number>(20).fill(5),
      3,
    ],
  ])('a reference without spread, %s, and marked', (_, a, b, error) => {
    const before = frameOf([numbers('a', a), numbers('b', b)]);
    const now = frameOf([numbers('a', [4]), numbers('b', [12])]);
    expect(pcaReconstruction(before, now, ['a', 'b'])).toEqual({
      components: { value: 1, n: a.length, degenerate: true },
      reference: { value: 0, n: a.length, degenerate: true },
      current: { value: error, n: 1, degenerate: true },
    });
  });

  it.each<[string, ReturnType<typeof frameOf>, ReturnType<typeof frameOf>, string[], string]>([
    ['no feature', line, line, [], 'no feature'],
    ['an infinite value', line, frameOf([numbers('a', [Infinity])]), ['a'], 'an infinite value in a feature'],
    [
      'an empty column',
      frameOf([numbers('a', [NaN, NaN])]),
      line,
      ['a'],
      'the feature a has no value in the reference',
    ],
    ['overflow', frameOf([numbers('a', [1e200, -1e200, 1])]), line, ['a'], 'the spread of the feature a overflows'],
    ['another type', frameOf([texts('a', ['p', 'q'])]), line, ['a'], 'the feature a is not the same in both periods'],
  ])('%s: no value, and why', (_, reference, current, features, reason) => {
    expect(pcaReconstruction(reference, current, features).current).toMatchObject({ value: null, reason });
  });
});

describe('the domain classifier', () => {
  const frame = (n: number, shift: number): ReturnType<typeof frameOf> =>
    frameOf([numbers('a', normals(n, shift)), numbers('b', normals(n))]);

  it('finds nothing between equal distributions and everything between separate ones', () => {
    expect(domainClassifierAuc(frame(400, 0), frame(300, 0), ['a', 'b']).value).toBeGreaterThan(0.4);
    expect(domainClassifierAuc(frame(400, 0), frame(300, 0), ['a', 'b']).value).toBeLessThan(0.6);
    expect(domainClassifierAuc(frame(400, 0), frame(300, 50), ['a', 'b'])).toMatchObject({ value: 1, n: 300 });
  });

  it('uses complete rows only', () => {
    const gaps = frameOf([numbers('a', [NaN, 1, 2, 3, 4, 5, 6]), numbers('b', [1, NaN, 2, 3, 4, 5, 7])]);
    expect(domainClassifierAuc(gaps, gaps, ['a', 'b']).n).toBe(5);
  });

  it.each<[string, ReturnType<typeof frameOf>, string[], string]>([
    ['no feature', frame(10, 0), [], 'no numeric feature'],
    ['a feature that is not there', frame(10, 0), ['z'], 'a numeric feature is not there in both periods'],
    ['one row', frame(1, 0), ['a'], 'too few complete rows'],
    ['infinite', frameOf([numbers('a', [1, 2, 3, 4, 5, Infinity])]), ['a'], 'an infinite value in a feature'],
    ['overflow', frameOf([numbers('a', [1e308, -1e308, 1e308, 1, 2, 3])]), ['a'], 'the spread of a feature overflows'],
  ])('%s: no value, and why', (_, current, features, reason) => {
    expect(domainClassifierAuc(frame(50, 0), current, features)).toMatchObject({ value: null, reason });
  });
});

describe("Evidently's default test", () => {
  const list = (n: number, of: (i: number) => number): number[] => Array.from({ length: n }, (_, i) => of(i));

  it.each<[string, number[], number[], boolean]>([
    ['two values, few rows: z', list(50, (i) => i % 2), list(50, () => 1), true],
    ['three values, few rows: chi-square', list(60, (i) => i % 3), list(60, (i) => i % 3), false],
    ['many values, few rows: Kolmogorov-Smirnov', list(60, (i) => i), list(60, (i) => i + 40), true],
    ['few values, many rows: Jensen-Shannon', list(1200, (i) => i % 4), list(1200, (i) => i % 4), false],
    ['many values, many rows: Wasserstein', list(1200, (i) => i), list(1200, (i) => i + 400), true],
  ])('%s', (_, r, k, drifted) => {
    const test = evidentlyDefault(profileColumn(numbers('x', r)), profileColumn(numbers('x', k)));
    expect(test.drifted).toBe(drifted);
  });

  it('has no verdict without values or on two kinds', () => {
    const [number, text] = [profileColumn(numbers('x', [1])), profileColumn(texts('x', ['a']))];
    expect(evidentlyDefault(number, profileColumn(numbers('x', []))).drifted).toBeUndefined();
    expect(evidentlyDefault(text, profileColumn(texts('x', [null]))).drifted).toBeUndefined();
    expect(evidentlyDefault(number, text).drifted).toBeUndefined();
    const large = profileColumn(numbers('x', [-1.7e308, 0, 1, 2, 3, 1.7e308]));
    const narrow = profileColumn(numbers('x', [1, 1 + 2 ** -52, 1 + 2 ** -51]));
    expect(evidentlyDefault(number, large)).toMatchObject({ drifted: undefined });
    expect(evidentlyDefault(narrow, number)).toMatchObject({ drifted: undefined });
  });
});

it('what needs the rows of both periods says so when there are only profiles', () => {
  const frame = frameOf([numbers('a', [1, 2, 3])]);
  const roles = rolesFor(frame);
  const profile = profileFrame(frame, roles);
  const metrics = ['pca_reconstruction_error', 'pca_components', 'domain_classifier_auc_logistic'];
  const figures = measureDrift(profile, profile, roles, { metrics });
  expect(figures).toHaveLength(4);
  for (const figure of figures)
    expect(figure).toMatchObject({ value: null, reason: 'needs the rows of both periods, not their profiles' });
});
