import { describe, expect, it } from 'vitest';
import { NEW_ALERT, type AlertState } from '../../../src/alerts/alert.js';
import { advance } from '../../../src/alerts/state-machine.js';
import { defaultRules } from '../../../src/rules/default-rules.js';
import { isPlatformRule, NO_DATA_RULE, noDataVerdict } from '../../../src/rules/platform-rules.js';
import { definition, judge, rule, said } from './builders.js';

const DAY = 86_400_000;

/** What a model's days make of the alert: rows of each day, and of the same weekday in earlier weeks. */
function days(rows: readonly number[], earlier: (day: number) => readonly number[] = () => []): readonly string[] {
  let state: AlertState = NEW_ALERT;
  return rows.map((count, day) => {
    const step = advance(state, {
      kind: 'verdict',
      verdict: noDataVerdict(count, earlier(day)),
      rule: NO_DATA_RULE,
      window: { from: day * DAY, to: (day + 1) * DAY },
      version: null,
      past: false,
    });
    state = step.state;
    return step.transition === null ? state.state : `${step.transition.to}!`;
  });
}

describe('rows that stop coming', () => {
  it.each([
    ['one empty window is told nobody', [900, 0, 900], ['inactive', 'pending', 'inactive']],
    ['the second in a row is told', [900, 0, 0, 0], ['inactive', 'pending', 'firing!', 'firing']],
    ['the alert ends with the first rows', [0, 0, 900], ['pending', 'firing!', 'resolved!']],
    ['few rows are rows', [3, 3, 3], ['inactive', 'inactive', 'inactive']],
  ])('%s', (_title, rows, expected) => {
    expect(days(rows)).toEqual(expected);
  });

  it('an empty Sunday among empty Sundays is as usual: it neither raises nor ends the alert', () => {
    const sundays = (day: number): readonly number[] => (day % 7 >= 5 ? [0, 0, 0, 900] : [900, 900, 900, 900]);
    expect(days([9, 9, 9, 9, 9, 0, 0, 9], sundays)).not.toContain('firing!');
    expect(days([9, 9, 9, 9, 0, 0, 0, 0], sundays)).toEqual([
      ...['inactive', 'inactive', 'inactive', 'inactive'],
      ...['pending', 'pending', 'pending', 'firing!'],
    ]);
  });

  it('is Plumbline’s own alert, critical, with no part in the window’s verdict', () => {
    expect(noDataVerdict(0, [])).toMatchObject({ status: 'breach', severity: 'critical', rule: 'plumbline-no-data' });
    expect(noDataVerdict(0, []).evidence[0]?.reason).toBe('the window holds no rows');
    expect(noDataVerdict(1, [0, 0])).toMatchObject({ status: 'pass' });
    expect(isPlatformRule('plumbline-no-data')).toBe(true);
    expect(isPlatformRule('volume')).toBe(false);
  });
});

describe('the default rule on volume', () => {
  const volume = defaultRules(definition()).find(({ id }) => id === 'volume')!;
  const history = [1000, 900, 1100, 1000];

  it.each([
    ['a window without any row breaches once there is a history', 0, history, 'breach: beyond limit'],
    ['so does one with too few rows to judge anything else', 13, history, 'breach: beyond limit'],
    ['without a history an empty window is an empty window', 0, [], 'unknown: empty window'],
    ['… and too few rows are too few rows', 13, [], 'unknown: too few rows'],
    ['few rows that are usual pass nothing: the window is not judged', 60, [60, 50, 70, 60], 'unknown: too few rows'],
    ['empty windows that are usual are no finding', 0, [0, 0, 0, 0, 5], 'unknown: empty window'],
  ])('%s', (_title, rows, volumeHistory, expected) => {
    expect(said(judge(volume, [], { rows, volumeHistory }))).toBe(expected);
  });

  it('counts the rows of a window that was not measured for rules on their bare number', () => {
    const floor = rule({ metric: 'volume', limit: { kind: 'below', value: 10 }, minimumN: 0, certainty: null });
    expect(said(judge(floor, [], { rows: 0 }))).toBe('breach: beyond limit');
    expect(said(judge(floor, [], { rows: 500 }))).toBe('pass: within limit');
  });
});
