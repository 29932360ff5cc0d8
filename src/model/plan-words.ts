/** The parts of a definition as people wrote them: keys of the file, and values with their units. */
import type { ReferenceDefinition, Rule, Span } from './definition.js';
import { limitInWords } from './definition-rules.js';
import { formatDuration, formatSpan } from './durations.js';

/** Where the file's key is another than the definition's; `…Ms` loses its ending besides. */
const FILE_KEYS: Readonly<Record<string, string>> = {
  acknowledgeForMs: 'acknowledge_for',
  budgetPerYear: 'budget',
  cooldownWindows: 'cooldown',
  escalation: 'escalate',
  featuresJson: 'features_json',
  filters: 'where',
  hold: 'for',
  leaveOut: 'leave_out',
  mention: 'to',
  minimumCoverage: 'min_coverage',
  minimumGroup: 'min_group',
  minimumN: 'min_n',
  minimumRows: 'min_rows',
  recentWindows: 'recent',
  scoresAreProbabilities: 'scores_are_probabilities',
};

export function fileKey(key: string): string {
  return Object.hasOwn(FILE_KEYS, key) ? (FILE_KEYS[key] ?? key) : key.replace(/Ms$/, '');
}

type Mapping = Readonly<Record<string, unknown>>;

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSpan(value: Mapping): boolean {
  return typeof value['count'] === 'number' && typeof value['unit'] === 'string';
}

function scalar(key: string, value: unknown): string {
  if (typeof value === 'number' && key.endsWith('Ms')) return formatDuration(value);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map((item) => scalar('', item)).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Every leaf below a value, by its dotted key in the file: `retrain.timeout` → `1 hour`. */
export function leafWords(value: unknown, key = '', prefix = ''): Map<string, string> {
  const path = [prefix, fileKey(key)].filter((part) => part !== '').join('.');
  if (!isMapping(value)) return new Map(value === undefined ? [] : [[path, scalar(key, value)]]);
  if (isSpan(value)) return new Map([[path, formatSpan(value as unknown as Span)]]);
  if (key === 'approval') {
    return new Map([
      [path, value['required'] === true ? 'required' : 'none'],
      [path.replace(/approval$/, 'expires'), scalar('expiresMs', value['expiresMs'])],
    ]);
  }
  return new Map(Object.entries(value).flatMap(([inner, part]) => [...leafWords(part, inner, path)]));
}

export function referenceWords(reference: ReferenceDefinition): string {
  switch (reference.kind) {
    case 'first':
      return `first ${formatSpan(reference.length)}, at least ${String(reference.minimumRows)} rows`;
    case 'span':
      return `${reference.from} to ${reference.to}`;
    case 'trainer':
      return 'trainer';
  }
}

/** One part of a rule as the file writes it; `none` where it has no such part. */
export function rulePartWords(rule: Rule, key: keyof Rule): string {
  const { hold, limit, significance } = rule;
  if (key === 'limit') return limitInWords(limit);
  if (key === 'hold') return `for ${String(hold.breaches)} of ${String(hold.of)}`;
  if (key === 'significance') {
    return significance === undefined
      ? 'no significance'
      : `${significance.metric} at ${String(significance.level)} (${significance.correction})`;
  }
  const value = rule[key];
  return `${fileKey(key)} ${value === undefined || value === null ? 'none' : scalar(key, value)}`;
}

export function ruleWords({ metric, limit, severity, action }: Rule): string {
  return `${metric} ${limitInWords(limit)}, ${severity}${action === 'none' ? '' : `, asks for ${action}`}`;
}
