/**
 * Lengths of time as people write them, and back. Two kinds are kept apart: a `Span` counts calendar units in the
 * model's time zone (a day may have 23 hours, a month 28 days), a duration is plain milliseconds of a wall clock.
 */
import type { CalendarUnit, Span } from './definition.js';

/** A value, or why the text is none and what to write instead. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string; readonly cure: string };

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

type Unit = CalendarUnit | 'second';

const UNITS: Readonly<Record<string, Unit>> = {
  s: 'second',
  second: 'second',
  seconds: 'second',
  m: 'minute',
  min: 'minute',
  minute: 'minute',
  minutes: 'minute',
  h: 'hour',
  hour: 'hour',
  hours: 'hour',
  d: 'day',
  day: 'day',
  days: 'day',
  w: 'week',
  week: 'week',
  weeks: 'week',
  month: 'month',
  months: 'month',
};

/** For editors (JSON Schema); the parsers below give the better messages. */
export const SPAN_PATTERN = '^[1-9][0-9]{0,3} ?(m|min|minutes?|h|hours?|d|days?|w|weeks?|months?)$';
export const DURATION_PATTERN = '^[0-9]{1,5} ?(s|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?)$';

const SHAPE = /^(\d+(?:\.\d+)?) ?([A-Za-z]+)$/;

function bad<T>(message: string, cure: string): Parsed<T> {
  return { ok: false, message, cure };
}

function split(text: string, units: string): Parsed<{ count: number; unit: Unit }> {
  const match = SHAPE.exec(text);
  if (match === null) {
    if (/^-?\d+(\.\d+)?$/.test(text))
      return bad('has no unit', `Write the unit too, for example \`${text}m\` or \`${text}d\``);
    return bad('is not a length of time', `Write one number and one unit (${units}), for example \`15m\` or \`2d\``);
  }
  const [, digits = '', word = ''] = match;
  if (digits.includes('.')) {
    return bad('is not a whole number of units', 'Use a smaller unit, for example `90m` for one and a half hours');
  }
  if (word === 'M' || word === 'mo')
    return bad(
      `has an unclear unit \`${word}\``,
      `Write \`${digits} month${digits === '1' ? '' : 's'}\` for months, or \`${digits}m\` for minutes`,
    );
  if (/^y(ears?)?$/i.test(word))
    return bad('has an unknown unit', `Years are written in months: \`${String(Number(digits) * 12)} months\``);
  const unit = Object.hasOwn(UNITS, word) ? UNITS[word] : undefined;
  if (unit === undefined) return bad(`has an unknown unit \`${word}\``, `Units are ${units}`);
  return { ok: true, value: { count: Number(digits), unit } };
}

/** `15m` (minutes), `1h`, `1d`, `2w`, `1 month`; one unit, a whole number from 1 to 9999. */
export function parseSpan(text: string): Parsed<Span> {
  const parts = split(text, 'm, h, d, w, month');
  if (!parts.ok) return parts;
  const { count, unit } = parts.value;
  if (unit === 'second') return bad('is finer than a minute', 'Windows are cut in minutes or longer: use `1m` or more');
  if (count < 1) return bad('is no time at all', 'Use 1 or more');
  if (count > 9999) return bad('is too long', 'Use a larger unit');
  return { ok: true, value: { count, unit } };
}

const UNIT_MS: Readonly<Record<Exclude<Unit, 'month'>, number>> = {
  second: SECOND,
  minute: MINUTE,
  hour: HOUR,
  day: DAY,
  week: WEEK,
};

/** Ten years; anything longer is a slip of the pen. */
const LONGEST_MS = 3653 * DAY;

/** Milliseconds of a wall clock: `30s`, `15m`, `2h`, `3d` (72 hours), `1w`. Months have no fixed length and are refused. */
export function parseDuration(text: string): Parsed<number> {
  const parts = split(text, 's, m, h, d, w');
  if (!parts.ok) return parts;
  const { count, unit } = parts.value;
  if (unit === 'month') {
    return bad('is in months, which have no fixed length', `Write days: \`${String(count * 30)}d\``);
  }
  const ms = count * UNIT_MS[unit];
  if (ms > LONGEST_MS) return bad('is longer than ten years', 'Use a shorter time');
  return { ok: true, value: ms };
}

/** `1 month`, `28 days`. */
export function formatSpan(span: Span): string {
  return `${String(span.count)} ${span.unit}${span.count === 1 ? '' : 's'}`;
}

/** The largest unit that goes in evenly: `90 minutes`, `3 days`, `10 minutes`. Weeks are given in days. */
export function formatDuration(ms: number): string {
  const [unit, size] = (
    [
      ['day', DAY],
      ['hour', HOUR],
      ['minute', MINUTE],
      ['second', SECOND],
    ] as const
  ).find(([, unitMs]) => ms >= unitMs && ms % unitMs === 0) ?? ['ms', 1];
  const count = ms / size;
  if (unit === 'ms') return ms === 0 ? '0 minutes' : `${String(count)} ms`;
  return `${String(count)} ${unit}${count === 1 ? '' : 's'}`;
}

/** Length in milliseconds where days have 24 hours and months 30 days: for comparing lengths, never for cutting windows. */
export function nominalMs(span: Span): number {
  return span.count * (span.unit === 'month' ? 30 * DAY : UNIT_MS[span.unit]);
}

/**
 * Whether windows of length `window` can be laid end to end using ends that lie `every` apart. Months are divided by
 * months, and by what divides one day; never by weeks or several days, of which a month holds no whole number.
 */
export function dividesEvenly(every: Span, window: Span): boolean {
  if (every.unit === 'month') return window.unit === 'month' && window.count % every.count === 0;
  if (window.unit === 'month') return DAY % nominalMs(every) === 0;
  return nominalMs(window) % nominalMs(every) === 0;
}
