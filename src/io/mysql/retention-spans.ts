/** Spans of time that may go, and those that must stay with the reasons why. Nothing here asks a server. */
import type { Window } from '../../model/window.js';

/** The oldest time that a DATETIME holds. */
export const OLDEST = Date.parse('1000-01-01T00:00:00Z');

/** A span whose rows are kept, and what needs them, for people. */
export interface KeptSpan extends Window {
  readonly why: string;
}

/** What is left of `[from, to)` once the kept spans are taken out of it, oldest first. */
export function withoutKept({ from, to }: Window, kept: readonly Window[]): readonly Window[] {
  const left: Window[] = [];
  let next = from;
  for (const span of [...kept].sort((a, b) => a.from - b.from)) {
    if (next >= to) break;
    if (span.from > next) left.push({ from: next, to: Math.min(span.from, to) });
    next = Math.max(next, span.to);
  }
  if (next < to) left.push({ from: next, to });
  return left.filter((span) => span.from < span.to);
}

/** Whether one of the spans, which do not touch each other, holds the whole of another. */
export function covers(spans: readonly Window[], whole: Window): boolean {
  return spans.some(({ from, to }) => from <= whole.from && whole.to <= to);
}

/** Spans of one reason that touch or overlap become one. */
export function joined(spans: readonly KeptSpan[]): readonly KeptSpan[] {
  const result: KeptSpan[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last !== undefined && last.why === span.why && span.from <= last.to) {
      result[result.length - 1] = { ...last, to: Math.max(last.to, span.to) };
    } else result.push(span);
  }
  return result;
}
