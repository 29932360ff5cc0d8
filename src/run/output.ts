/** What commands print: tables and lines for people, one JSON document with `--json`. */
import CliTable from 'cli-table3';
import { oneLine } from '../alerts/escape.js';

/** The end of a command: the same content twice, for programs and for people. */
export interface Answer {
  /** 0 unless the command judged: 1 for a breach; `doctor` has 2 and 3 as errors do. */
  readonly status?: 0 | 1 | 2 | 3;
  readonly data: unknown;
  readonly text: string;
}

/** Lines instead of boxes: they can be read aloud, copied and cut. */
const PLAIN = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '' },
  ...{ 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};

/** Columns as wide as their content. Cells are made safe for a terminal: one line, no control characters. */
export function table(head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const drawn = new CliTable({
    head: [...head],
    chars: PLAIN,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) drawn.push(row.map((cell) => (cell === null ? '-' : oneLine(String(cell)))));
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** A heading with its table, or a word where there is nothing. */
export function section(
  title: string,
  head: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
  nothing = 'none',
): string {
  return rows.length === 0 ? `${title}: ${nothing}` : `${title}\n${indent(table(head, rows))}`;
}

export function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? line : `  ${line}`))
    .join('\n');
}

/** Blocks with a line between them; empty ones are left out. */
export function blocks(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

/** `2026-01-31 08:00:00Z`: UTC, to the second. */
export function instantText(at: number | null): string | null {
  return at === null ? null : `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

export const isoOrNull = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
