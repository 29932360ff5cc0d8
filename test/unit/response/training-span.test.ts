import { describe, expect, test } from 'vitest';

import { chooseTrainingSpan, type LabelledWindow } from '../../../src/response/training-span.js';

const month = (from: string, to: string, labelled: number, final = true): LabelledWindow => ({
  from: Date.parse(from),
  to: Date.parse(to),
  labelled,
  final,
});
const august = month('2009-08-01', '2009-09-01', 772);
const september = month('2009-09-01', '2009-10-01', 282);
const october = month('2009-10-01', '2009-11-01', 438);
const november = month('2009-11-01', '2009-12-01', 0, false);
const length = { count: 8, unit: 'month' } as const;

const dates = (span: ReturnType<typeof chooseTrainingSpan>): readonly string[] =>
  span.kind === 'none'
    ? [span.reason]
    : [span.train.from, span.train.to, span.withheld.from, span.withheld.to].map((time) =>
        new Date(time).toISOString().slice(0, 10),
      );

describe('what a retraining learns from', () => {
  test('ends where the newest final windows begin, pooled until they are enough for the gate', () => {
    const span = chooseTrainingSpan([august, september, october, november], 500, length, 'UTC');
    expect(dates(span)).toEqual(['2009-01-01', '2009-09-01', '2009-09-01', '2009-11-01']);
    expect(span).toMatchObject({ withheldRows: 720 });
  });

  test('withholds one window where it is enough, in whatever order windows come', () => {
    const span = chooseTrainingSpan([november, october, august, september], 400, length, 'UTC');
    expect(dates(span)).toEqual(['2009-02-01', '2009-10-01', '2009-10-01', '2009-11-01']);
  });

  test('passes over empty windows between full ones', () => {
    const empty = month('2009-10-01', '2009-11-01', 0);
    expect(dates(chooseTrainingSpan([august, september, empty], 500, length, 'UTC'))).toEqual([
      '2008-12-01',
      '2009-08-01',
      '2009-08-01',
      '2009-11-01',
    ]);
  });

  test('never withholds across a window that is not final', () => {
    const late = { ...september, final: false };
    expect(dates(chooseTrainingSpan([august, late, october], 500, length, 'UTC'))).toEqual([
      '2008-12-01',
      '2009-08-01',
      '2009-08-01',
      '2009-09-01',
    ]);
    expect(dates(chooseTrainingSpan([august, late, october], 400, length, 'UTC'))).toEqual([
      '2009-02-01',
      '2009-10-01',
      '2009-10-01',
      '2009-11-01',
    ]);
  });

  test('says why where there are too few rows, or none', () => {
    expect(dates(chooseTrainingSpan([september], 500, length, 'UTC'))).toEqual([
      '282 labelled rows in the final windows that follow each other; the gate alone needs 500',
    ]);
    expect(dates(chooseTrainingSpan([november], 500, length, 'UTC'))).toEqual(['no window has its labels yet']);
    expect(dates(chooseTrainingSpan([], 500, length, 'UTC'))).toEqual(['no window has its labels yet']);
  });
});
