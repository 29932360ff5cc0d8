import { describe, expect, it } from 'vitest';
import { trackRecord, type EstimateAndOutcome } from '../../../src/estimation/track-record.js';

const pair = (estimated: number, realised: number, half: number | null = 0.25): EstimateAndOutcome => ({
  estimated,
  realised,
  interval: half === null ? null : [estimated - half, estimated + half],
});

describe('how near estimates came to what labels showed', () => {
  it('is nothing without a window', () => {
    expect(trackRecord([])).toBeNull();
  });

  it.each([
    { title: 'exact', pairs: [pair(0.5, 0.5)], within: 1, mean: 0, distance: 0 },
    {
      title: 'one higher, one lower by as much',
      pairs: [pair(0.75, 0.5), pair(0.25, 0.5)],
      within: 2,
      mean: 0,
      distance: 0.25,
    },
    {
      title: 'ends belong to the interval',
      pairs: [pair(0.5, 0.75), pair(0.5, 0.25)],
      within: 2,
      mean: 0,
      distance: 0.25,
    },
    { title: 'outside on either side', pairs: [pair(0.5, 1), pair(0.5, 0)], within: 0, mean: 0, distance: 0.5 },
    { title: 'too high throughout', pairs: [pair(1, 0.5), pair(0.75, 0.5)], within: 1, mean: 0.375, distance: 0.375 },
  ])('$title', ({ pairs, within, mean, distance }) => {
    expect(trackRecord(pairs)).toEqual({
      ...{ windows: pairs.length, withInterval: pairs.length, within },
      ...{ meanDifference: mean, meanDistance: distance },
    });
  });

  it('an estimate without an interval counts for the difference alone', () => {
    expect(trackRecord([pair(1, 0.5, null), pair(1, 0.5, 1)])).toEqual({
      ...{ windows: 2, withInterval: 1, within: 1 },
      ...{ meanDifference: 0.5, meanDistance: 0.5 },
    });
  });
});
