import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NEW_ALERT } from '../../../src/alerts/alert.js';
import { advance, type AlertEvent } from '../../../src/alerts/state-machine.js';
import { day, judged, policy, tell, type Saying } from './alert-story.js';

const saying = fc.constantFrom<Saying>('breach', 'clear', 'band', 'uncertain', 'no data', 'too few', 'error', 'labels');
const rule = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 3 }))
  .map(([breaches, more, keep]) => policy(breaches, breaches + more, keep));
/** Windows in any order, of one to three days, so that many overlap. */
const window = fc
  .tuple(fc.integer({ min: 3, max: 20 }), fc.integer({ min: 1, max: 3 }))
  .map(([end, length]) => day(end, length));

const verdictEvent = (one: ReturnType<typeof policy>): fc.Arbitrary<AlertEvent> =>
  fc.tuple(window, saying).map(([at, says]) => judged(at, says, { rule: one }));

const story = rule.chain((one) =>
  fc.array(
    fc.oneof(
      { weight: 8, arbitrary: verdictEvent(one) },
      { weight: 1, arbitrary: fc.constant<AlertEvent>({ kind: 'acknowledge', by: 'ada' }) },
      { weight: 1, arbitrary: fc.constant<AlertEvent>({ kind: 'acknowledgement expired' }) },
      { weight: 1, arbitrary: fc.constant<AlertEvent>({ kind: 'retire', reason: 'model stopped' }) },
    ),
    { maxLength: 60 },
  ),
);

const OPEN = ['firing', 'acknowledged'];

describe('laws of the alert machine, for any story', () => {
  it('transitions are numbered without gaps, and each begins where the last one that was told left off', () => {
    fc.assert(
      fc.property(story, (events) => {
        const { transitions, state } = tell(events);
        expect(transitions.map(({ number }) => number)).toEqual(transitions.map((_, index) => index + 1));
        expect(state.transitions).toBe(transitions.length);
        transitions.forEach(({ from }, index) => {
          const before = transitions[index - 1]?.to;
          if (before !== undefined && OPEN.includes(before)) expect(from).toBe(before);
          else if (before === 'resolved') expect(['resolved', 'inactive', 'pending']).toContain(from);
        });
      }),
    );
  });

  it('what is resolved was firing, and fell silent only for enough clear windows in a row or because it was retired', () => {
    fc.assert(
      fc.property(story, (events) => {
        let state = NEW_ALERT;
        for (const event of events) {
          const step = advance(state, event);
          if (OPEN.includes(state.state) && !OPEN.includes(step.state.state)) {
            expect(step.transition?.to).toBe('resolved');
            const byWindow =
              event.kind === 'verdict' &&
              event.verdict.reason === 'within limit' &&
              state.clearStreak + 1 >= event.rule.keep;
            expect(event.kind === 'retire' || byWindow).toBe(true);
          }
          state = step.state;
        }
      }),
    );
  });

  it('never opens or resolves on missing data, whatever the state', () => {
    const unknown = fc.constantFrom<Saying>('no data', 'too few', 'error', 'labels');
    fc.assert(
      fc.property(story, window, unknown, (events, at, says) => {
        const { state } = tell(events);
        const step = advance(state, judged(at, says));
        expect(step.transition).toBeNull();
        expect(step.state.cursor).toEqual(state.cursor);
        expect(OPEN.includes(step.state.state)).toBe(OPEN.includes(state.state));
      }),
    );
  });

  it('the same window twice is as good as once', () => {
    fc.assert(
      fc.property(story, window, saying, (events, at, says) => {
        const once = advance(tell(events).state, judged(at, says));
        const twice = advance(once.state, judged(at, says));
        expect(twice.state).toEqual(once.state);
        expect(twice.transition).toBeNull();
      }),
    );
  });

  it('windows that are not newer than the newest conclusive one change nothing, in whatever order they come', () => {
    const older = fc.array(fc.tuple(window, saying), { maxLength: 15 });
    fc.assert(
      fc.property(story, fc.constantFrom<Saying>('breach', 'clear', 'band'), older, (events, says, late) => {
        const newest = advance(tell(events).state, judged(day(20), says)).state;
        const told = tell(
          late.map(([at, other]) => judged(at, other)),
          newest,
        );
        expect(told.state).toEqual(newest);
        expect(told.transitions).toEqual([]);
      }),
    );
  });

  it('fires only on as many disjoint breaching windows as the rule asks for', () => {
    fc.assert(
      fc.property(rule, fc.array(fc.tuple(window, saying), { maxLength: 40 }), (one, windows) => {
        const events = windows.map(([at, says]) => judged(at, says, { rule: one }));
        const [first] = tell(events).transitions;
        if (first === undefined) return;
        const breaches = windows
          .filter(([at, says]) => says === 'breach' && at.to <= first.window!.to)
          .map(([at]) => at);
        // Greedy by end gives the largest set of disjoint intervals.
        let count = 0;
        let end = -Infinity;
        for (const at of breaches.sort((a, b) => a.to - b.to)) {
          if (at.from < end) continue;
          count += 1;
          end = at.to;
        }
        expect(count).toBeGreaterThanOrEqual(one.hold.breaches);
      }),
    );
  });

  it('states and transitions survive JSON and stay small', () => {
    fc.assert(
      fc.property(story, (events) => {
        const { state, transitions } = tell(events);
        expect(JSON.parse(JSON.stringify(state))).toEqual(state);
        expect(JSON.parse(JSON.stringify(transitions))).toEqual(transitions);
        expect(JSON.stringify(state).length).toBeLessThan(2_000);
        for (const one of transitions) expect(JSON.stringify(one).length).toBeLessThan(1_500);
      }),
    );
  });
});
