/** Numbers, windows and times as a tired person reads them. Instants are UTC; windows carry their calendar name. */
import { addSpan, boundaryAtOrBefore, type Window } from '../model/window.js';

/** Four significant digits: more is noise next to a sampling interval. Convention. */
const SIGNIFICANT = 4;

/** A number with four significant digits, thousands grouped by commas; exponents only outside 1e-4 … 1e15. */
export function numberWords(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'no value' : value > 0 ? 'infinite' : 'minus infinite';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e15)
    return value
      .toExponential(SIGNIFICANT - 1)
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e');
  // Whole numbers are counts as a rule, and a count is never rounded.
  const rounded = Number.isInteger(value) ? value : Number(value.toPrecision(SIGNIFICANT));
  const [whole = '0', fraction] = String(rounded).replace('-', '').split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${rounded < 0 ? '−' : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** A value as its metric is read: shares and rates in percent, latencies in milliseconds, the rest as they are. */
export function valueWords(metric: string, value: number): string {
  if (!Number.isFinite(value)) return numberWords(value);
  if (/(?:^|_)(?:share|rate|coverage)$/.test(metric)) return `${numberWords(Number((value * 100).toPrecision(12)))} %`;
  if (/^latency(?:_|$)/.test(metric)) return `${numberWords(value)} ms`;
  return numberWords(value);
}

const METRIC_NAMES: Readonly<Record<string, string>> = {
  roc_auc: 'ROC AUC',
  f1: 'F1',
  mae: 'MAE',
  mse: 'MSE',
  rmse: 'RMSE',
  r2: 'R²',
  mcc: 'MCC',
  ks_statistic: 'Kolmogorov–Smirnov distance',
  tpr: 'true positive rate',
  fpr: 'false positive rate',
  fnr: 'false negative rate',
  brier: 'Brier score',
  latency_p50: 'median latency',
  latency_p95: 'latency, 95th percentile',
  latency_p99: 'latency, 99th percentile',
};

/** A metric's name in words; unknown ones are spelled as the catalogue has them, with spaces. */
export function metricWords(metric: string): string {
  if (metric.startsWith('estimated_')) return `estimated ${metricWords(metric.slice('estimated_'.length))}`;
  return METRIC_NAMES[metric] ?? metric.replace(/^psi(?=_|$)/, 'PSI').replace(/_/g, ' ');
}

/** `2026-11-21 14:05 UTC`. An instant that cannot be read is shown as it came. */
export function instantWords(instant: number | string): string {
  const time = new Date(instant);
  if (Number.isNaN(time.getTime())) return String(instant);
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `2026-11-21`, for times that fall on midnight UTC; otherwise with the time. */
export function dateWords(instant: number | string): string {
  const time = new Date(instant);
  if (Number.isNaN(time.getTime())) return String(instant);
  return time.getTime() % 86_400_000 === 0 ? time.toISOString().slice(0, 10) : instantWords(instant);
}

const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

const dayFormats = new Map<string, Intl.DateTimeFormat>();

/** The calendar day on which an instant falls in the zone, `YYYY-MM-DD`. */
function dayOf(instant: number, timezone: string): string {
  let format = dayFormats.get(timezone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    dayFormats.set(timezone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(instant).map((part) => [part.type, part.value]));
  return `${(parts['year'] ?? '').padStart(4, '0')}-${parts['month'] ?? ''}-${parts['day'] ?? ''}`;
}

const monthName = (day: string): string => `${MONTHS[Number(day.slice(5, 7)) - 1] ?? ''} ${day.slice(0, 4)}`;

/**
 * A window by its calendar name, cut in the model's zone: "September 2008", "week of 2026-11-16", "2026-11-21",
 * "2026-11-21 14:00 to 15:00 UTC". Windows of whole local days outside UTC carry the zone.
 */
export function windowWords(window: Window, timezone = 'UTC'): string {
  const at = (unit: 'day' | 'week' | 'month', instant: number): boolean =>
    boundaryAtOrBefore(instant, { count: 1, unit }, timezone) === instant;
  if (!at('day', window.from) || !at('day', window.to) || window.to <= window.from) {
    const from = instantWords(window.from).replace(' UTC', '');
    const to = instantWords(window.to);
    return `${from} to ${from.slice(0, 10) === to.slice(0, 10) ? to.slice(11) : to}`;
  }
  const zone = timezone === 'UTC' || timezone === 'Etc/UTC' ? '' : ` (${timezone})`;
  const first = dayOf(window.from, timezone);
  const last = dayOf(window.to - 1, timezone);
  if (at('month', window.from) && at('month', window.to)) {
    const name = monthName(first) === monthName(last) ? monthName(first) : `${monthName(first)} to ${monthName(last)}`;
    return `${name}${zone}`;
  }
  if (first === last) return `${first}${zone}`;
  const oneWeek = addSpan(window.from, { count: 1, unit: 'week' }, timezone) === window.to;
  if (oneWeek && at('week', window.from)) return `week of ${first}${zone}`;
  return `${first} to ${last}${zone}`;
}

/** A length of time in its two largest units: "3 d 4 h", "12 min", "8 s". */
export function durationWords(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const units: ReadonlyArray<readonly [string, number]> = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
  ];
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first === -1) return '0 s';
  let rest = seconds;
  const words: string[] = [];
  for (const [name, size] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) words.push(`${String(count)} ${name}`);
  }
  return words.join(' ');
}

/** "1 rule", "3 rules". */
export function countWords(count: number, one: string, many = `${one}s`): string {
  return `${numberWords(count)} ${count === 1 ? one : many}`;
}
