import { describe, expect, it } from 'vitest';
import { NEW_ALERT } from '../../../src/alerts/alert.js';
import type { AlertEvent } from '../../../src/alerts/state-machine.js';
import { daily, day, DAY, judged, policy, steps, tell, verdict, type Saying } from './alert-story.js';

const FIRST = 'inactive → firing: first';
const HELD = 'pending → firing: first';
const RESOLVED = 'firing → resolved: resolved';
const ack: AlertEvent = { kind: 'acknowledge', by: 'ada' };
const expired: AlertEvent = { kind: 'acknowledgement expired' };
const retire: AlertEvent = { kind: 'retire', reason: 'threshold changed' };

describe('each row of the state table', () => {
  it.each<[string, Saying[], ReturnType<typeof policy>, string, string[]]>([
    ['inactive, breach, hold 2: pending, nothing told', ['breach'], policy(2), 'pending', []],
    ['inactive, breach, hold 1: firing at once', ['breach'], policy(1), 'firing', [FIRST]],
    ['pending, breach: firing when the row is full', ['breach', 'breach'], policy(2), 'firing', [HELD]],
    ['pending, clear: inactive, nothing told', ['breach', 'clear'], policy(2), 'inactive', []],
    ['a clear window breaks the row', ['breach', 'clear', 'breach'], policy(2), 'pending', []],
    [
      '3 of 5 lives through clear windows',
      ['breach', 'clear', 'breach', 'clear', 'breach'],
      policy(3, 5),
      'firing',
      [HELD],
    ],
    [
      '3 of 5 forgets a breach that is more than five windows old',
      ['breach', 'clear', 'clear', 'breach', 'clear', 'breach'],
      policy(3, 5),
      'pending',
      [],
    ],
    [
      '2 of 3 is inactive again when its breach is out of sight',
      ['breach', 'clear', 'clear', 'clear'],
      policy(2, 3),
      'inactive',
      [],
    ],
    ['pending, band: stays', ['breach', 'band'], policy(2), 'pending', []],
    [
      'pending, uncertain: stays, since a value beyond the limit is not clear',
      ['breach', 'uncertain'],
      policy(2),
      'pending',
      [],
    ],
    ['the row neither grows nor breaks in the band', ['breach', 'band', 'breach'], policy(2), 'firing', [HELD]],
    [
      'the row neither grows nor breaks without data',
      ['breach', 'no data', 'too few', 'breach'],
      policy(2),
      'firing',
      [HELD],
    ],
    [
      'pending lapses after three windows that say nothing',
      ['breach', 'no data', 'band', 'error'],
      policy(2),
      'inactive',
      [],
    ],
    ['… and the next breach begins anew', ['breach', 'no data', 'band', 'error', 'breach'], policy(2), 'pending', []],
    ['firing, clear below keep: stays', ['breach', 'clear'], policy(1), 'firing', [FIRST]],
    ['firing, clear twice: resolved', ['breach', 'clear', 'clear'], policy(1), 'resolved', [FIRST, RESOLVED]],
    [
      'firing, keep 1: resolved by one clear window',
      ['breach', 'clear'],
      policy(1, 1, 1),
      'resolved',
      [FIRST, RESOLVED],
    ],
    [
      'a breach begins the count of clear windows anew',
      ['breach', 'clear', 'breach', 'clear'],
      policy(1),
      'firing',
      [FIRST],
    ],
    [
      'the band begins the count of clear windows anew',
      ['breach', 'clear', 'band', 'clear'],
      policy(1),
      'firing',
      [FIRST],
    ],
    [
      'uncertainty begins the count of clear windows anew',
      ['breach', 'clear', 'uncertain', 'clear'],
      policy(1),
      'firing',
      [FIRST],
    ],
    [
      'no data, too few and errors never resolve',
      ['breach', 'no data', 'too few', 'error', 'no data', 'labels', 'no data'],
      policy(1, 1, 1),
      'firing',
      [FIRST],
    ],
    [
      'resolved, breach within three windows: firing again, without waiting',
      ['breach', 'breach', 'clear', 'clear', 'clear', 'clear', 'breach'],
      policy(2),
      'firing',
      [HELD, RESOLVED, 'resolved → firing: reopened'],
    ],
    [
      'resolved, three windows over: inactive, and the next breach is a new alert that waits',
      ['breach', 'breach', 'clear', 'clear', 'clear', 'clear', 'clear', 'breach'],
      policy(2),
      'pending',
      [HELD, RESOLVED],
    ],
  ])('%s', (_title, sayings, rule, state, transitions) => {
    const told = tell(daily(sayings, rule));
    expect(told.state.state).toBe(state);
    expect(steps(told)).toEqual(transitions);
  });

  it('firing, acknowledged by a person: updates go on, and it resolves from there', () => {
    const told = tell([...daily(['breach']), ack, ...daily(['clear', 'clear'], policy(), 2)]);
    expect(steps(told)).toEqual([FIRST, 'firing → acknowledged: acknowledged', 'acknowledged → resolved: resolved']);
    expect(told.transitions[1]?.note).toBe('ada');
    expect(told.state.acknowledgedBy).toBeNull();
  });

  it('acknowledged, a graver breach: firing, the acknowledgement is withdrawn', () => {
    const critical = { verdict: verdict('breach', 0.5, 'critical') };
    const told = tell([...daily(['breach']), ack, judged(2, 'breach'), judged(3, 'breach', critical)]);
    expect(steps(told)).toEqual([FIRST, 'firing → acknowledged: acknowledged', 'acknowledged → firing: raised']);
    expect(told.state).toMatchObject({ severity: 'critical', acknowledgedBy: null });
  });

  it('firing, a graver breach: said once; a milder one later lowers nothing', () => {
    const critical = { verdict: verdict('breach', 0.5, 'critical') };
    const told = tell([
      ...daily(['breach']),
      judged(2, 'breach', critical),
      judged(3, 'breach', critical),
      judged(4, 'breach'),
    ]);
    expect(steps(told)).toEqual([FIRST, 'firing → firing: raised']);
    expect(told.state.severity).toBe('critical');
  });

  it('acknowledged too long: firing again', () => {
    const told = tell([...daily(['breach']), ack, expired]);
    expect(steps(told).at(-1)).toBe('acknowledged → firing: acknowledgement expired');
  });

  it('any state, rule gone: what was announced is resolved as retired, the rest ends silently', () => {
    const open = tell([...daily(['breach']), retire]);
    expect(steps(open)).toEqual([FIRST, 'firing → resolved: retired']);
    expect(open.transitions[1]).toMatchObject({ note: 'threshold changed', window: null });
    const pending = tell([...daily(['breach'], policy(2)), retire]);
    expect(steps(pending)).toEqual([]);
    expect(pending.state.state).toBe('inactive');
    expect(tell([retire]).state).toEqual(NEW_ALERT);
  });

  it('a retired alert is never reopened: the changed rule waits for its own breaches', () => {
    const told = tell([...daily(['breach', 'breach'], policy(2)), retire, judged(3, 'breach', { rule: policy(2) })]);
    expect(steps(told)).toEqual([HELD, 'firing → resolved: retired']);
    expect(told.state.state).toBe('pending');
  });
});

describe('what must never happen', () => {
  it('4: nothing is resolved that was not announced', () => {
    expect(steps(tell(daily(['breach', 'clear', 'clear', 'clear'], policy(2))))).toEqual([]);
  });

  it('3: resolved is said once, however many clear windows follow', () => {
    const sayings: Saying[] = ['breach', 'clear', 'clear', 'clear', 'clear', 'clear', 'clear', 'clear'];
    expect(steps(tell(daily(sayings)))).toEqual([FIRST, RESOLVED]);
  });

  it('11: data that stops resolves nothing, and shows that the values are stale', () => {
    const told = tell(daily(['breach', ...Array.from({ length: 30 }, () => 'no data' as const)]));
    expect(steps(told)).toEqual([FIRST]);
    expect(told.state).toMatchObject({ state: 'firing', unknownStreak: 30, cursor: day(1) });
  });

  it('13: the resolving step carries fired value, peak and clear value, each its own', () => {
    const told = tell([
      judged(1, 'breach', { verdict: verdict('breach', 0.7) }),
      judged(2, 'breach', { verdict: verdict('breach', 0.51) }),
      judged(3, 'breach', { verdict: verdict('breach', 0.65) }),
      judged(4, 'clear', { verdict: verdict('clear', 0.8) }),
      judged(5, 'clear', { verdict: verdict('clear', 0.82) }),
    ]);
    expect(told.transitions[1]).toMatchObject({
      firedValue: 0.7,
      peakValue: 0.51,
      value: 0.82,
      since: day(1),
      window: day(5),
      version: '7',
      limit: 'below 0.75',
      summary: 'roc_auc 0.82',
    });
  });

  it('16: a late acknowledgement reopens nothing, and says why it did nothing', () => {
    const told = tell([...daily(['breach', 'clear', 'clear']), ack]);
    expect(told.state.state).toBe('resolved');
    expect(told.notes.at(-1)).toBe('ignored: not firing');
    expect(tell([...daily(['breach']), expired]).notes.at(-1)).toBe('ignored: not acknowledged');
  });

  it('1: the same window judged again fires nothing again', () => {
    const told = tell([...daily(['breach', 'clear', 'clear']), judged(1, 'breach'), judged(3, 'clear')]);
    expect(steps(told)).toEqual([FIRST, RESOLVED]);
  });
});

describe('disjoint windows', () => {
  /** A day's window, moved by an hour each time. */
  const sliding = (hour: number): { from: number; to: number } => ({
    from: (hour * DAY) / 24,
    to: (hour * DAY) / 24 + DAY,
  });
  const at = (hours: readonly number[], saying: Saying, rule = policy(2)): AlertEvent[] =>
    hours.map((hour) => judged(sliding(hour), saying, { rule }));
  const hours = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

  it('a 24-hour window moved hourly counts once a day', () => {
    expect(tell(at(hours(0, 24), 'breach')).state.state).toBe('pending');
    expect(steps(tell(at(hours(0, 25), 'breach')))).toEqual([HELD]);
  });

  it('resolves after two clear days, not after two clear hours', () => {
    const open = tell(at([0], 'breach', policy(1))).state;
    expect(steps(tell(at(hours(1, 25), 'clear'), open))).toEqual([]);
    expect(steps(tell(at(hours(1, 26), 'clear'), open))).toEqual([RESOLVED]);
  });

  it('a breach that overlaps a clear window still counts', () => {
    expect(steps(tell([...at([0], 'clear', policy(1)), ...at([1], 'breach', policy(1))]))).toEqual([FIRST]);
    const threeOfFive = policy(3, 5);
    const story = [...at([0], 'breach', threeOfFive), ...at([24, 30], 'clear', threeOfFive)];
    const told = tell([...story, ...at([40, 64], 'breach', threeOfFive)]);
    expect(steps(told)).toEqual([HELD]);
  });

  it('an alternating hour-to-hour verdict cannot fill "3 of 5" within a day', () => {
    const story = hours(0, 23).flatMap((hour) => at([hour], hour % 2 === 0 ? 'breach' : 'clear', policy(3, 5)));
    expect(tell(story).state.state).toBe('pending');
  });

  it('does not lapse a pending alert for three unknown hours, but for three unknown days', () => {
    const pending = tell(at([0], 'breach')).state;
    expect(tell(at([1, 2, 3, 4], 'no data'), pending).state).toMatchObject({ state: 'pending', unknownStreak: 1 });
    expect(tell(at([1, 25, 49], 'no data'), pending).state.state).toBe('inactive');
  });
});

describe('late and revised windows', () => {
  it('an empty later window does not block the late labels of an earlier one', () => {
    const told = tell([judged(9, 'labels'), judged(10, 'no data'), judged(8, 'breach')]);
    expect(steps(told)).toEqual([FIRST]);
    expect(told.state.cursor).toEqual(day(8));
  });

  it('labels that are not in yet count for nothing: thirty such days drop no pending alert', () => {
    const waiting = Array.from({ length: 30 }, (_, i) => judged(2 + i, 'labels'));
    const told = tell([judged(1, 'breach', { rule: policy(2) }), ...waiting]);
    expect(told.state).toMatchObject({ state: 'pending', unknownStreak: 0 });
    expect(told.notes.at(-1)).toBe('ignored: labels not in yet');
  });

  it('an older breach never opens, an older clear window never resolves', () => {
    expect(steps(tell([judged(5, 'clear'), judged(4, 'breach')]))).toEqual([]);
    const told = tell([judged(5, 'breach'), judged(6, 'clear'), judged(4, 'clear'), judged(3, 'clear')]);
    expect(told.state).toMatchObject({ state: 'firing', clearStreak: 1 });
    expect(told.notes).toEqual([null, null, 'ignored: older window', 'ignored: older window']);
  });

  it('a revision that takes back what opened the alert is noted, and changes nothing', () => {
    const open = tell(daily(['breach', 'breach', 'breach'], policy(2)));
    for (const revised of [1, 2]) {
      const told = tell([judged(revised, 'clear')], open.state);
      expect(told.notes).toEqual(['recorded: contradicts']);
      expect(told.state).toEqual(open.state);
    }
    expect(tell([judged(3, 'clear')], open.state).notes).toEqual(['ignored: older window']);
    expect(tell([judged(1, 'breach')], open.state).notes).toEqual(['ignored: older window']);
    expect(tell([judged(1, 'no data')], open.state).notes).toEqual(['ignored: older window']);
  });

  it('a revision that takes back what resolved the alert is noted, and reopens nothing', () => {
    const resolved = tell(daily(['breach', 'clear', 'clear']));
    const told = tell([judged(2, 'breach')], resolved.state);
    expect(told.notes).toEqual(['recorded: contradicts']);
    expect(told.state).toEqual(resolved.state);
  });

  it('past windows change no alert', () => {
    const told = tell([judged(1, 'breach', { past: true })]);
    expect(told).toEqual({ state: NEW_ALERT, transitions: [], notes: ['ignored: past window'] });
  });
});
