/**
 * Half-open windows of UTC time `[from, to)`, cut at calendar boundaries of the model's time zone. Times are
 * milliseconds since the epoch; nothing here asks a clock.
 */
import type { CalendarUnit, Span } from './definition.js';

export interface Window {
  /** Inclusive, milliseconds since the epoch, UTC. */
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** A window as histories hold it: ISO 8601. */
export const windowOf = ({ from, to }: { readonly from: string; readonly to: string }): Window => ({
  from: Date.parse(from),
  to: Date.parse(to),
});

interface LocalTime {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timezone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timezone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formatters.set(timezone, formatter);
  }
  return formatter;
}

/** The commonest zone needs no formatter, which takes fifty times as long. */
function utcClock(instant: number): LocalTime {
  const date = new Date(instant);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}

/** Wall-clock fields of an instant in a time zone. */
function toLocal(instant: number, timezone: string): LocalTime {
  if (timezone === 'UTC') return utcClock(instant);
  const fields: Record<string, number> = {};
  for (const part of formatterOf(timezone).formatToParts(instant)) fields[part.type] = Number(part.value);
  return {
    year: fields['year'] ?? 0,
    month: fields['month'] ?? 1,
    day: fields['day'] ?? 1,
    hour: fields['hour'] ?? 0,
    minute: fields['minute'] ?? 0,
    second: fields['second'] ?? 0,
  };
}

function asUtc(local: LocalTime): number {
  return Date.UTC(local.year, local.month - 1, local.day, local.hour, local.minute, local.second);
}

/**
 * The first instant in `(before, after]` at which the zone's clock is ahead of `wanted` (a local time as if it were
 * UTC): the jump of a change to summer time, found by halving, to the second.
 */
function jumpBetween(before: number, after: number, wanted: number, timezone: string): number {
  let low = Math.floor(before / 1000);
  let high = Math.floor(after / 1000);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (asUtc(toLocal(middle * 1000, timezone)) > wanted) high = middle;
    else low = middle;
  }
  return high * 1000;
}

/**
 * The instant at which a wall clock in the zone shows `local`. In the hour that a change to summer time skips, the
 * instant of the jump is returned; in the hour that occurs twice, the first of the two.
 */
function fromLocal(local: LocalTime, timezone: string): number {
  const wanted = asUtc(local);
  const candidates = new Set<number>();
  // Offsets before and after a possible change: real zones lie within ±15 h of UTC and change at most once in a day.
  for (const probe of [wanted - 86_400_000, wanted, wanted + 86_400_000]) {
    const offset = asUtc(toLocal(probe, timezone)) - Math.floor(probe / 1000) * 1000;
    candidates.add(wanted - offset);
  }
  const exact = [...candidates].filter((instant) => asUtc(toLocal(instant, timezone)) === wanted).sort((a, b) => a - b);
  const [first] = exact;
  if (first !== undefined) return first;
  // A skipped time: the clock stands before it at the earliest candidate, and past it at the latest.
  return jumpBetween(Math.min(...candidates), Math.max(...candidates), wanted, timezone);
}

/** The instant at which a day begins in a zone; where a change of the clock skips midnight, the instant of the change. */
export function startOfDay(year: number, month: number, day: number, timezone: string): number {
  return fromLocal({ year, month, day, hour: 0, minute: 0, second: 0 }, timezone);
}

/** 1970-01-05 is day 4 after the epoch and the first Monday. */
const FIRST_MONDAY = 4;

const FIXED_MS: Partial<Record<CalendarUnit, number>> = { minute: 60_000, hour: 3_600_000 };

/** Adds `count` spans; days, weeks and months are counted on the zone's wall clock. */
export function addSpan(instant: number, span: Span, timezone: string, count = 1): number {
  const total = span.count * count;
  const fixed = FIXED_MS[span.unit];
  if (fixed !== undefined) return instant + total * fixed;
  const local = toLocal(instant, timezone);
  const fraction = instant - Math.floor(instant / 1000) * 1000;
  if (span.unit === 'month') {
    const months = local.year * 12 + (local.month - 1) + total;
    const year = Math.floor(months / 12);
    const month = months - year * 12 + 1;
    const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
    return fromLocal({ ...local, year, month, day: Math.min(local.day, lastDay) }, timezone) + fraction;
  }
  const days = span.unit === 'week' ? total * 7 : total;
  const shifted = new Date(Date.UTC(local.year, local.month - 1, local.day + days));
  const moved = {
    ...local,
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
  };
  return fromLocal(moved, timezone) + fraction;
}

/** Number of the calendar cell that a local date lies in; cells are counted from the epoch. */
function cellOf(local: LocalTime, span: Span): number {
  if (span.unit === 'month') return Math.floor((local.year * 12 + (local.month - 1)) / span.count);
  const dayNumber = Math.floor(Date.UTC(local.year, local.month - 1, local.day) / 86_400_000);
  return span.unit === 'week'
    ? Math.floor((dayNumber - FIRST_MONDAY) / (span.count * 7))
    : Math.floor(dayNumber / span.count);
}

/** The instant at which a cell begins. */
function startOfCell(cell: number, span: Span, timezone: string): number {
  if (span.unit === 'month') {
    const months = cell * span.count;
    const year = Math.floor(months / 12);
    return startOfDay(year, months - year * 12 + 1, 1, timezone);
  }
  const dayNumber = span.unit === 'week' ? cell * span.count * 7 + FIRST_MONDAY : cell * span.count;
  const date = new Date(dayNumber * 86_400_000);
  return startOfDay(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), timezone);
}

/**
 * The last boundary of a span at or before an instant. Months begin on the 1st, weeks on Monday, days at local
 * midnight; hours and minutes are cut from the epoch. Multiples count from the epoch (1970-01-01, Monday 1970-01-05
 * for weeks), so that every process cuts alike.
 */
export function boundaryAtOrBefore(instant: number, span: Span, timezone: string): number {
  const fixed = FIXED_MS[span.unit];
  if (fixed !== undefined) return Math.floor(instant / (fixed * span.count)) * fixed * span.count;
  const cell = cellOf(toLocal(instant, timezone), span);
  // A clock set back across midnight shows the old date again after the new one has begun; the day has begun all the same.
  const next = startOfCell(cell + 1, span, timezone);
  return next <= instant ? next : startOfCell(cell, span, timezone);
}

/**
 * The window that ends at a boundary. Where the end is a boundary of the window's own length, the window reaches back
 * to the boundary before it, so that successive windows tile even across a day that a zone left out (Samoa, 2011-12-30).
 */
export function windowEndingAt(to: number, length: Span, timezone: string): Window {
  const aligned = boundaryAtOrBefore(to, length, timezone) === to;
  return { from: aligned ? boundaryAtOrBefore(to - 1, length, timezone) : addSpan(to, length, timezone, -1), to };
}

/** Two windows share no instant. */
export function disjoint(a: Window, b: Window): boolean {
  return a.to <= b.from || b.to <= a.from;
}

/** Ends of the windows in `(after, until]`, oldest first, at most `limit`, the newest ones when there are more. */
export function boundariesBetween(
  after: number,
  until: number,
  every: Span,
  timezone: string,
  limit: number,
): readonly number[] {
  const ends: number[] = [];
  let end = boundaryAtOrBefore(until, every, timezone);
  while (end > after && ends.length < limit) {
    ends.push(end);
    end = boundaryAtOrBefore(end - 1, every, timezone);
  }
  return ends.reverse();
}

/** The newest windows of a length that lie wholly within a span, oldest first, at most `limit`; they tile. */
export function windowsWithin(span: Window, length: Span, timezone: string, limit: number): readonly Window[] {
  return boundariesBetween(span.from, span.to, length, timezone, limit)
    .map((end) => windowEndingAt(end, length, timezone))
    .filter(({ from }) => from >= span.from);
}

/** Milliseconds by which a model's slots are moved, so that a thousand models do not start in the same second. */
export function slotOffset(modelId: string, every: Span): number {
  // FNV-1a, 32 bit: any stable hash will do, this one needs no library and runs in the workflow sandbox.
  let hash = 0x811c9dc5;
  for (let i = 0; i < modelId.length; i += 1) {
    hash ^= modelId.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193) >>> 0;
  }
  const spreadMs = every.unit === 'minute' ? every.count * 30_000 : 30 * 60_000;
  return Math.floor((hash % spreadMs) / 1000) * 1000;
}

const HOUR_MS = 3_600_000;

/** The hours of UTC that lie within a window whole, by their begin, and what is left of it at its ends. */
export function hoursWithin({ from, to }: Window): {
  readonly hours: readonly number[];
  readonly edges: readonly Window[];
} {
  const first = Math.ceil(from / HOUR_MS) * HOUR_MS;
  const end = Math.floor(to / HOUR_MS) * HOUR_MS;
  if (first >= end) {
    const parts =
      first < to
        ? [
            { from, to: first },
            { from: first, to },
          ]
        : [{ from, to }];
    return { hours: [], edges: parts.filter((part) => part.from < part.to) };
  }
  const hours = Array.from({ length: (end - first) / HOUR_MS }, (_, i) => first + i * HOUR_MS);
  const edges = [
    { from, to: first },
    { from: end, to },
  ].filter((part) => part.from < part.to);
  return { hours, edges };
}
