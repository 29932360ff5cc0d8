/** Rules as a definition file writes them, into rules with every default filled in; and what is wrong with them. */
import type { Rule, RuleLimit } from './definition.js';
import type { Amount, RuleChange, RuleInput } from './definition-schema-rules.js';
import type { Complaint, Path } from './definition-yaml.js';
import { seriesIn } from './series-metric.js';

/** Counts below which a figure says little; a convention, explained in docs/definition.md. */
const DEFAULT_MINIMUM_N = 100;
const DEFAULT_CERTAINTY = 0.99;
/** Holds 30 features without change silent: see the default rules. */
const DEFAULT_LEVEL = 0.001;
const DEFAULT_KEEP = 2;

const LIMIT_KEYS = ['below', 'above', 'outside', 'changed_by'] as const;

type Judgement = RuleChange | RuleInput;

function limitOf(input: Judgement): RuleLimit | undefined {
  if (input.below !== undefined) return { kind: 'below', value: input.below };
  if (input.above !== undefined) return { kind: 'above', value: input.above };
  if (input.outside !== undefined) return { kind: 'outside', low: input.outside[0], high: input.outside[1] };
  const by = input.changed_by;
  return by === undefined ? undefined : { kind: 'changed', by: by.value, relative: by.relative };
}

function significanceOf(input: Judgement): Rule['significance'] {
  const { significance } = input;
  return significance === undefined
    ? undefined
    : {
        metric: significance.metric,
        correction: significance.correction ?? 'benjamini-hochberg',
        level: significance.level ?? DEFAULT_LEVEL,
      };
}

/** Four significant digits are enough for people. */
const plain = (value: number): string => String(Number(value.toPrecision(4)));

/** "below 0.6", "outside 0.5 to 2", "fell by more than 5 %". */
export function limitInWords(limit: RuleLimit): string {
  switch (limit.kind) {
    case 'below':
    case 'above':
      return `${limit.kind} ${plain(limit.value)}`;
    case 'outside':
      return `outside ${plain(limit.low)} to ${plain(limit.high)}`;
    case 'changed': {
      const by = Math.abs(limit.by);
      return `${limit.by < 0 ? 'fell' : 'rose'} by more than ${limit.relative ? `${plain(by * 100)} %` : plain(by)}`;
    }
  }
}

/** A rule of the file's own; `undefined` without a limit, of which `ruleComplaints` tells. */
export function buildRule(input: RuleInput): Rule | undefined {
  const limit = limitOf(input);
  if (limit === undefined) return undefined;
  const severity = input.severity ?? 'warning';
  const significance = significanceOf(input);
  const breaches = severity === 'critical' ? 1 : 2;
  return {
    id: input.id,
    title: input.title ?? `${input.metric} ${limitInWords(limit)}`,
    metric: input.metric,
    scope: input.scope ?? 'model',
    ...(input.only === undefined ? {} : { only: input.only }),
    limit,
    ...(input.clear === undefined ? {} : { clear: input.clear.value }),
    ...(significance === undefined ? {} : { significance }),
    ...(input.learned === true ? { learned: true as const } : {}),
    hold: input.for ?? { breaches, of: breaches },
    keep: input.keep ?? DEFAULT_KEEP,
    // A figure against its history counts windows, and says itself where they are too few.
    minimumN: input.min_n ?? (seriesIn(input.metric) === undefined ? DEFAULT_MINIMUM_N : 1),
    certainty:
      input.certainty === undefined ? (significance === undefined ? DEFAULT_CERTAINTY : null) : input.certainty,
    severity,
    action: input.action ?? 'none',
  };
}

/** A default rule with what the file says differently. A new limit drops the old clear threshold, which belonged to the old one. */
export function changeRule(rule: Rule, change: RuleChange): Rule {
  const limit = limitOf(change);
  const significance = significanceOf(change);
  const { clear: oldClear, learned: wasLearned, ...rest } = rule;
  const learned = change.learned ?? wasLearned;
  const clear = change.clear?.value ?? (limit === undefined ? oldClear : undefined);
  return {
    ...rest,
    ...(change.title === undefined ? {} : { title: change.title }),
    ...(change.only === undefined ? {} : { only: change.only }),
    limit: limit ?? rule.limit,
    ...(clear === undefined ? {} : { clear }),
    ...(significance === undefined ? {} : { significance }),
    ...(learned === true ? { learned } : {}),
    hold: change.for ?? rule.hold,
    keep: change.keep ?? rule.keep,
    minimumN: change.min_n ?? rule.minimumN,
    certainty: change.certainty === undefined ? rule.certainty : change.certainty,
    severity: change.severity ?? rule.severity,
    action: change.action ?? rule.action,
  };
}

/** The number of limits: exactly one for a rule of one's own, at most one for a change. */
export function limitComplaints(input: Judgement, path: Path, needed: boolean): Complaint[] {
  const given = LIMIT_KEYS.filter((key) => input[key] !== undefined);
  const [first, second] = given;
  if (first === undefined) {
    if (!needed) return [];
    const cure = 'Add one of `below`, `above`, `outside` and `changed_by`, for example `below: 0.6`';
    return [{ path, message: 'The rule has no limit', cure }];
  }
  if (second !== undefined) {
    const cure = 'Keep one of them, and make a second rule for the other';
    return [{ path: [...path, second], on: 'key', message: `The rule has a second limit beside \`${first}\``, cure }];
  }
  return [];
}

/** What is wrong with the numbers of one rule; `rule` is as it would be in force, `input` what the file says. */
export function ruleComplaints(rule: Rule, input: Judgement, path: Path): Complaint[] {
  const { limit, hold } = rule;
  const complaints: Complaint[] = [];
  const add = (key: string, message: string, cure: string): void => {
    complaints.push({ path: [...path, key], message, cure });
  };
  if (limit.kind === 'outside' && limit.low >= limit.high) {
    add('outside', 'The first number of `outside` is not below the second', 'Write the lower limit first');
    return complaints;
  }
  if (limit.kind === 'changed' && limit.by === 0) {
    add(
      'changed_by',
      '`changed_by: 0` would breach at any change',
      'Give a size and a sign: `-0.05` guards against a fall',
    );
    return complaints;
  }
  if (hold.breaches > hold.of || hold.breaches < 1 || hold.of > 100) {
    const cure = 'The first number is how many must breach, the second (at most 100) of how many: `3 of 5`';
    add('for', `\`for\` cannot be ${String(hold.breaches)} of ${String(hold.of)}`, cure);
  }
  if (input.clear !== undefined) complaints.push(...clearComplaints(limit, input.clear, [...path, 'clear']));
  return complaints;
}

function clearComplaints(limit: RuleLimit, clear: Amount, path: Path): Complaint[] {
  const share = limit.kind === 'changed' && limit.relative;
  if (clear.relative !== share) {
    return share
      ? [{ path, message: 'The limit is a share, `clear` is none', cure: 'Write `clear` with a per cent sign too' }]
      : [{ path, message: '`clear` is a share, the limit is none', cure: 'Write `clear` as a plain number' }];
  }
  const wrong = (message: string, cure: string): Complaint[] => [{ path, message, cure }];
  const words = limitInWords(limit);
  switch (limit.kind) {
    case 'below':
      return clear.value >= limit.value
        ? []
        : wrong(`\`clear\` is on the wrong side: the rule breaches ${words}`, `Use ${plain(limit.value)} or more`);
    case 'above':
      return clear.value <= limit.value
        ? []
        : wrong(`\`clear\` is on the wrong side: the rule breaches ${words}`, `Use ${plain(limit.value)} or less`);
    case 'outside':
      return clear.value >= 0 && clear.value * 2 < limit.high - limit.low
        ? []
        : wrong(
            '`clear` must be a distance inward that leaves room between the limits',
            'Use a smaller number, from 0',
          );
    case 'changed':
      return Math.sign(clear.value) !== -Math.sign(limit.by) && Math.abs(clear.value) <= Math.abs(limit.by)
        ? []
        : wrong(
            `\`clear\` is on the wrong side: the rule breaches when the figure ${words}`,
            'Use a smaller change with the same sign',
          );
  }
}
