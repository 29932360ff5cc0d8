import { describe, expect, test } from 'vitest';

import { artefactHash, artefactText, parseArtefact, scoreRows } from '../../examples/trainer/artefact.js';
import { train, TrainingRefused, type LabelledRow } from '../../examples/trainer/training.js';

const options = {
  model: 'toy',
  positive: 'yes',
  features: { numeric: ['x'], categorical: ['c'] },
  feed: 'correct',
  from: '2024-01-01T00:00:00.000Z',
  to: '2024-02-01T00:00:00.000Z',
};
const start = Date.parse(options.from);

/** 300 rows whose label follows x, with every seventh against it. */
const rows: readonly LabelledRow[] = Array.from({ length: 300 }, (_, i) => {
  const x = (i * 37) % 100;
  return {
    id: `r${String(i).padStart(3, '0')}`,
    time: start + i * 60_000,
    features: { x, c: i % 3 === 0 ? 'a' : 'b', not_a_feature: i },
    label: (i % 7 === 0 ? x < 60 : x >= 60) ? 'yes' : 'no',
  };
});

describe('training', () => {
  const { artefact, reference } = train(rows, options);

  test('does not depend on the order of the rows, to the last byte', () => {
    const again = train([...rows].reverse(), options);
    expect(artefactText(again.artefact)).toBe(artefactText(artefact));
    expect(again.reference).toEqual(reference);
  });

  test('gives an artefact that survives its file and hashes by its content', () => {
    const text = artefactText(artefact);
    expect(parseArtefact(text, 'a.json')).toEqual(artefact);
    expect(artefactHash(text)).toMatch(/^[0-9a-f]{64}$/);
    expect(artefactHash(artefactText({ ...artefact, feed: 'other' }))).not.toBe(artefactHash(text));
  });

  test('keeps every row as reference, with all that was logged, scored by a model that did not see it', () => {
    expect(reference).toHaveLength(300);
    expect(reference[0]).toMatchObject({
      id: 'r000',
      time: options.from,
      label: 'yes',
      features: { not_a_feature: 0 },
    });
    const seen = scoreRows(
      artefact,
      rows.map((row) => row.features),
    );
    expect(reference.every(({ score }, i) => score !== seen[i]?.score)).toBe(true);
    // Without the first stretch of time its label cannot matter to its own score.
    const flipped = rows.map((row, i) => (i === 5 ? { ...row, label: row.label === 'yes' ? 'no' : 'yes' } : row));
    const other = train(flipped, options).reference;
    expect(other[5]?.score).toBe(reference[5]?.score);
    expect(other[200]?.score).not.toBe(reference[200]?.score);
  });

  test('predicts as many positives over the reference as there are', () => {
    const positives = rows.filter(({ label }) => label === 'yes').length;
    expect(artefact.trained).toMatchObject({ rows: 300, positives });
    const predicted = reference.filter(({ prediction }) => prediction === 'yes').length;
    // The hundred values of x and two categories leave ties at the cut.
    expect(predicted).toBeGreaterThanOrEqual(positives);
    expect(predicted).toBeLessThanOrEqual(positives + 6);
  });

  test.each<[string, readonly LabelledRow[], RegExp]>([
    ['no rows', [], /^0 labelled rows from 2024-01-01.*at least 200/],
    ['too few rows', rows.slice(0, 199), /^199 labelled rows/],
    ['one class', rows.map((row) => ({ ...row, label: 'no' })), /^All 300 labelled rows .* one class/],
    ['too few of a class', rows.map((row, i) => ({ ...row, label: i < 29 ? 'yes' : 'no' })), /^The rarer class has 29/],
    ['a third class', rows.map((row, i) => (i === 0 ? { ...row, label: 'maybe' } : row)), /maybe, no/],
    [
      'a class that lies in one stretch of time',
      rows.map((row, i) => ({ ...row, label: i < 60 ? 'yes' : 'no' })),
      /one fifth of the span/,
    ],
  ])('refuses %s with a message for the person who asked', (_, given, message) => {
    expect(() => train(given, options)).toThrow(TrainingRefused);
    expect(() => train(given, options)).toThrow(message);
  });

  test('does not take another file for an artefact', () => {
    expect(() => parseArtefact('{"kind":"other"}', 'a.json')).toThrow('a.json is no artefact');
    expect(() => parseArtefact('{', 'a.json')).toThrow('a.json is not JSON');
  });
});
