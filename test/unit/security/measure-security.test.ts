import { describe, expect, it } from 'vitest';
import type { Figure } from '../../../src/model/figure.js';
import type { Frame, Roles } from '../../../src/model/frame.js';
import { drawNormal, randomFrom } from '../../../src/numeric/random.js';
import { wilsonInterval } from '../../../src/numeric/proportion.js';
import { decodeReference, encodeReference } from '../../../src/measure/encode-reference.js';
import { measureReference, measureWindow } from '../../../src/measure/measure.js';
import { profileFrame } from '../../../src/profile/reference-profile.js';
import { securityCatalogue } from '../../../src/security/catalogue.js';
import { seenValues } from '../../../src/security/hostile-input.js';
import { fitIsolation } from '../../../src/security/isolation.js';
import { measureSecurity } from '../../../src/security/measure-security.js';
import { frameOf, numbers, rolesFor, texts } from '../frames.js';

const at = (figures: readonly Figure[], id: string): Figure => {
  const found = figures.find((figure) => figure.id === id);
  if (found === undefined) throw new Error(`no figure ${id} among ${figures.map((one) => one.id).join(', ')}`);
  return found;
};
const valueAt = (figures: readonly Figure[], id: string): unknown => at(figures, id).value;
const against = (current: Frame, reference: Frame, roles: Roles): Figure[] =>
  measureSecurity(current, roles, 'current', { reference: seenValues(profileFrame(reference, roles)) });

describe('what texts hold', () => {
  const MAIL = 'please write to ana@example.org';
  const frame = frameOf([texts('note', ['fine', MAIL, '+49 170 1234567 or bob@example.org', null, 'fine', 'good'])]);
  const figures = measureSecurity(frame, rolesFor(frame), 'current');

  it('is a rate of the texts that are there, by kind, with interval', () => {
    expect(at(figures, 'security/current/note/pii_rate')).toMatchObject({
      value: 0.4,
      n: 5,
      interval: wilsonInterval(2, 5),
    });
    expect(valueAt(figures, 'security/current/note/pii_email_rate')).toBe(0.4);
    expect(valueAt(figures, 'security/current/note/pii_phone_rate')).toBe(0.2);
    expect(valueAt(figures, 'security/current/note/pii_card_rate')).toBe(0);
  });

  it('never leaves with the rate', () => {
    expect(JSON.stringify(figures)).not.toMatch(/ana|bob|example\.org|170/);
  });

  it('is looked for in what a model answers, too', () => {
    const answers = frameOf([texts('said', ['yes', 'ask ana@example.org'])]);
    const roles = rolesFor(answers, { task: 'multiclass', categorical: [], prediction: 'said' });
    expect(valueAt(measureSecurity(answers, roles, 'current'), 'security/current/said/pii_email_rate')).toBe(0.5);
  });

  it('is sampled where there are many rows: about the share that all rows have', () => {
    const random = randomFrom(1);
    const cells = Array.from({ length: 40_000 }, (_, row) =>
      random.uniform() < 0.1 ? `u${String(row)}@example.org` : 'x',
    );
    const many = frameOf([texts('note', cells)]);
    const rate = at(measureSecurity(many, rolesFor(many), 'current'), 'security/current/note/pii_email_rate');
    expect(rate.n).toBe(5000);
    expect(Math.abs(Number(rate.value) - 0.1)).toBeLessThan(0.02);
    // The same rows, the same sample.
    expect(measureSecurity(many, rolesFor(many), 'current')).toEqual(measureSecurity(many, rolesFor(many), 'current'));
  });

  it.each<[string, Frame, string]>([
    ['a column that is not there', frameOf([numbers('x', [1])]), 'no such column'],
    ['a column of numbers', frameOf([numbers('note', [1])]), 'the column holds no texts'],
    ['a column without texts', frameOf([texts('note', [null, null])]), 'no text is present'],
    ['no rows', frameOf([texts('note', [])]), 'empty window'],
  ])('%s has no rate, and a reason', (_, odd, reason) => {
    const roles = rolesFor(odd, { numeric: [], categorical: ['note'] });
    expect(at(measureSecurity(odd, roles, 'current'), 'security/current/note/pii_rate')).toMatchObject({
      value: null,
      reason,
    });
  });
});

describe('rows that the reference has not seen the like of', () => {
  const reference = frameOf([numbers('a', [1, 5, NaN]), numbers('b', [0, 10, 5]), texts('c', ['x', 'y', 'x'])]);
  const roles = rolesFor(reference);

  it('count once, however many of their features are odd', () => {
    const current = frameOf([
      numbers('a', [1, 6, 9, NaN, Infinity]),
      numbers('b', [10, 11, 3, 5, 5]),
      texts('c', ['x', 'z', null, 'y', 'w']),
    ]);
    const figures = against(current, reference, roles);
    expect(at(figures, 'security/current/out_of_range_row_share')).toMatchObject({
      value: 0.6,
      n: 5,
      interval: wilsonInterval(3, 5),
    });
    expect(valueAt(figures, 'security/current/new_category_row_share')).toBe(0.4);
  });

  it('are none in the reference itself', () => {
    const figures = against(reference, reference, roles);
    expect(valueAt(figures, 'security/current/out_of_range_row_share')).toBe(0);
    expect(valueAt(figures, 'security/current/new_category_row_share')).toBe(0);
  });

  it('cannot be told without such features, and without rows', () => {
    const bare = { ...roles, numeric: [] };
    expect(at(against(reference, reference, bare), 'security/current/out_of_range_row_share')).toMatchObject({
      value: null,
      reason: 'no numeric feature with values in the reference',
    });
    const empty = frameOf([numbers('a', []), numbers('b', []), texts('c', [])]);
    expect(at(against(empty, reference, roles), 'security/current/new_category_row_share')).toMatchObject({
      value: null,
      reason: 'empty window',
    });
  });
});

describe('callers', () => {
  const random = randomFrom(3);
  const ordinary = Array.from({ length: 300 }, () => ({
    caller: `user ${String(random.below(40))}`,
    a: random.uniform(),
    b: random.uniform(),
    c: ['x', 'y', 'z'][random.below(3)] as string,
  }));
  /** One caller moves one feature in small steps, between the requests of others. */
  const prober = Array.from({ length: 60 }, (_, step) => ({ caller: 'mallory', a: step / 60, b: 0.5, c: 'x' }));
  const mixed = ordinary.flatMap((row, at) => (at % 5 === 0 && prober[at / 5] ? [row, prober[at / 5]!] : [row]));
  const frame = (rows: typeof ordinary, more: readonly (readonly [string, readonly number[]])[] = []): Frame =>
    frameOf([
      texts(
        'caller',
        rows.map(({ caller }) => caller),
      ),
      numbers(
        'a',
        rows.map(({ a }) => a),
      ),
      numbers(
        'b',
        rows.map(({ b }) => b),
      ),
      texts(
        'c',
        rows.map(({ c }) => c),
      ),
      ...more.map(([name, values]) => numbers(name, values)),
    ]);
  const roles: Roles = {
    ...{ task: 'binary', numeric: ['a', 'b'], categorical: ['c'], caller: 'caller' },
    ...{ sensitive: [], scoresAreProbabilities: true },
  };
  const measured = (rows: typeof ordinary): Figure[] => measureSecurity(frame(rows), roles, 'current');

  it('that ask about different things probe nothing', () => {
    const figures = measured(ordinary);
    expect(valueAt(figures, 'security/current/callers')).toBe(40);
    expect(valueAt(figures, 'security/current/probing_share')).toBe(0);
    expect(valueAt(figures, 'security/current/longest_probing_run')).toBe(1);
  });

  it('of which one varies a single feature again and again are seen, also between the requests of others', () => {
    const figures = measured(mixed);
    expect(valueAt(figures, 'security/current/top_caller_share')).toBe(60 / 360);
    expect(valueAt(figures, 'security/current/probing_share')).toBe(59 / 360);
    expect(valueAt(figures, 'security/current/longest_probing_run')).toBe(60);
  });

  it('are followed in the order of time, not of the rows', () => {
    const times = mixed.map((_, at) => at);
    const order = mixed.map((_, at) => (at * 7) % mixed.length);
    const shuffled = frame(
      order.map((place) => mixed[place]!),
      [['time', order.map((place) => times[place]!)]],
    );
    const figures = measureSecurity(shuffled, { ...roles, time: 'time' }, 'current');
    expect(valueAt(figures, 'security/current/longest_probing_run')).toBe(60);
  });

  it('are never named', () => {
    expect(JSON.stringify(measured(mixed))).not.toContain('mallory');
  });

  it('are not measured where no column names them, and say why where the column is of no use', () => {
    const { caller: _, ...without } = roles;
    expect(measureSecurity(frame(mixed), without, 'current').filter(({ metric }) => metric === 'callers')).toEqual([]);
    const missing = frameOf([texts('caller', [null, null]), numbers('a', [1, 2])]);
    expect(at(measureSecurity(missing, roles, 'current'), 'security/current/callers')).toMatchObject({
      value: null,
      reason: 'no row names its caller',
    });
    const narrow = { ...roles, numeric: ['a'], categorical: [] };
    expect(at(measureSecurity(frame(mixed), narrow, 'current'), 'security/current/probing_share')).toMatchObject({
      value: null,
      reason: 'fewer than 3 features',
    });
  });
});

describe('rows that an isolation forest finds odd', () => {
  const random = randomFrom(9);
  /** Three normal features; odd rows are high in all of them at once, and in none beyond what happens. */
  const together = (rows: number, odd: number): Frame =>
    frameOf(
      ['x', 'y', 'z'].map((name) =>
        numbers(
          name,
          Array.from({ length: rows }, (_, row) => (row < odd ? 2.2 + 0.2 * random.uniform() : drawNormal(random))),
        ),
      ),
    );
  const reference = together(3000, 0);
  const roles = rolesFor(reference);
  const measured = measureReference(reference, roles, { metrics: 'default', estimates: true, security: true });
  const kept = decodeReference(encodeReference(measured.profile, measured.estimator, measured.isolation).bytes);
  const shareIn = (frame: Frame): Figure =>
    at(
      measureWindow(frame, kept, roles, { families: ['security'], metrics: 'default' }),
      'security/current/isolated_row_share',
    );

  it('are about a hundredth of rows like the reference’s', () => {
    const { value, n } = shareIn(together(3000, 0));
    expect(n).toBe(3000);
    expect(Number(value)).toBeGreaterThan(0.002);
    expect(Number(value)).toBeLessThan(0.025);
  });

  it('are many where rows are high in everything at once, though no value leaves its range', () => {
    const current = together(3000, 600);
    expect(Number(shareIn(current).value)).toBeGreaterThan(0.06);
    const figures = measureWindow(current, kept, roles, { families: ['security'], metrics: 'default' });
    expect(Number(valueAt(figures, 'security/current/out_of_range_row_share'))).toBeLessThan(0.01);
  });

  it('are told by what is stored as by what was learned', () => {
    const current = together(500, 50);
    const options = { families: ['security'], metrics: 'default' } as const;
    expect(measureWindow(current, kept, roles, options)).toEqual(measureWindow(current, measured, roles, options));
    // Cuts and a limit; not a row of the reference.
    expect(JSON.stringify(kept.isolation).length).toBeLessThan(400_000);
  });

  it('have no share, and a reason, where the forest could not be grown or nothing can be scored', () => {
    const few = fitIsolation(together(99, 0), roles);
    expect(measureSecurity(reference, roles, 'current', { isolation: few })).toContainEqual(
      expect.objectContaining({ value: null, reason: 'fewer than 100 complete rows in the reference' }),
    );
    const blank = frameOf([numbers('x', [NaN]), numbers('y', [1]), numbers('z', [1])]);
    expect(shareIn(blank)).toMatchObject({ value: null, reason: 'no complete row' });
    expect(shareIn(frameOf([numbers('x', []), numbers('y', []), numbers('z', [])]))).toMatchObject({
      reason: 'empty window',
    });
  });
});

it('the catalogue of security describes what is measured, each once, within its range', () => {
  const frame = frameOf([texts('caller', ['a', 'a']), numbers('x', [1, 2]), texts('c', ['u', 'ana@example.org'])]);
  const roles = { ...rolesFor(frame), caller: 'caller' };
  const many = frameOf([
    numbers(
      'x',
      Array.from({ length: 100 }, (_, row) => row),
    ),
  ]);
  const figures = measureSecurity(frame, roles, 'current', {
    reference: seenValues(profileFrame(frame, roles)),
    isolation: fitIsolation(many, roles),
  });
  expect([...new Set(figures.map(({ metric }) => metric))].sort()).toEqual(
    securityCatalogue.map(({ name }) => name).sort(),
  );
  for (const { metric, value } of figures) {
    const range = securityCatalogue.find(({ name }) => name === metric)?.range ?? [0, 1];
    expect(Number(value)).toBeGreaterThanOrEqual(range[0] ?? -Infinity);
    expect(Number(value)).toBeLessThanOrEqual(range[1] ?? Infinity);
  }
});
