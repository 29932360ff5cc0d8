/** The golden cases: real data with the figures that public libraries give for it, and the rule of agreement. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { rolesFromColumnsFile } from '../../src/io/csv/columns-file.js';
import { frameFromCsv } from '../../src/io/csv/frame-from-csv.js';
import type { Figure, FigureFamily } from '../../src/model/figure.js';
import type { Frame, Roles } from '../../src/model/frame.js';

const CASES = new URL('./cases/', import.meta.url);

export type ExpectedValue = number | string | boolean | null | readonly ExpectedValue[];

/** One figure as a library gives it; `value` null means: absent, with a reason. */
export interface ExpectedFigure {
  readonly id: string;
  readonly family: FigureFamily | 'formula';
  readonly figure: string;
  readonly on: 'reference' | 'current' | 'both';
  readonly value: ExpectedValue;
  readonly tolerance: { readonly rel: number; readonly abs: number };
  readonly tolerance_reason?: string;
  readonly reason?: string;
  readonly library?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly column?: string;
  readonly kind?: string;
  readonly pair?: readonly [string, string];
  readonly class?: string;
  readonly attribute?: string;
  readonly group?: string;
  readonly chunk?: number;
  readonly row?: number;
}

/** The declared columns, as the case has them. */
export interface CaseColumns {
  readonly numeric: readonly string[];
  readonly categorical: readonly string[];
  readonly planted?: string;
}

export interface GoldenCase {
  readonly name: string;
  readonly task: string;
  readonly columns: CaseColumns;
  readonly roles: Roles;
  readonly reference: Frame;
  readonly current: Frame;
  readonly expected: readonly ExpectedFigure[];
}

function readText(path: string): string {
  return gunzipSync(readFileSync(new URL(path, CASES))).toString('utf8');
}

/** Names of all cases, in order. */
export function listCases(): readonly string[] {
  return readdirSync(CASES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

interface ExpectedDocument {
  readonly task: string;
  readonly columns: CaseColumns;
  readonly figures: readonly ExpectedFigure[];
}

export const hasModel = (name: string): boolean => existsSync(new URL(`${name}/model.json.gz`, CASES));

/** A file of a case as the case has it: `reference.csv`, `current.csv`, `expected.json`, `model.json`. */
export function readCaseFile(name: string, file: string): string {
  return readText(`${name}/${file}.gz`);
}

/** The expected figures alone, without reading the data. */
export function readExpected(name: string): ExpectedDocument {
  return JSON.parse(readText(`${name}/expected.json.gz`)) as ExpectedDocument;
}

export function readCase(name: string): GoldenCase {
  const document = readExpected(name);
  const roles = rolesFromColumnsFile(document);
  const extra = document.columns.planted === undefined ? [] : [document.columns.planted];
  return {
    name,
    task: document.task,
    columns: document.columns,
    roles,
    reference: frameFromCsv(readText(`${name}/reference.csv.gz`), roles, extra),
    current: frameFromCsv(readText(`${name}/current.csv.gz`), roles, extra),
    expected: document.figures,
  };
}

function agrees(expected: ExpectedValue, got: unknown, tolerance: ExpectedFigure['tolerance']): boolean {
  if (Array.isArray(expected)) {
    return (
      Array.isArray(got) &&
      got.length === expected.length &&
      expected.every((value: ExpectedValue, at) => agrees(value, got[at], tolerance))
    );
  }
  if (typeof expected !== 'number') return got === expected;
  return typeof got === 'number' && Math.abs(got - expected) <= tolerance.abs + tolerance.rel * Math.abs(expected);
}

/**
 * What is wrong with a figure, or `undefined` where it agrees: within `abs + rel * |expected|`, element by element in
 * tables; texts, truth values and counts equal; no value where none is expected, and then with a reason.
 */
export function compareFigure(expected: ExpectedFigure, got: Figure | undefined): string | undefined {
  if (got === undefined) return `${expected.id}: missing`;
  const show = (value: unknown): string => JSON.stringify(value);
  if (expected.value === null) {
    if (got.value !== null)
      return `${expected.id}: ${show(got.value)} where none is defined (${expected.reason ?? ''})`;
    return got.reason === '' ? `${expected.id}: no value and no reason` : undefined;
  }
  if (got.value === null) return `${expected.id}: no value (${got.reason}), expected ${show(expected.value)}`;
  return agrees(expected.value, got.value, expected.tolerance)
    ? undefined
    : `${expected.id}: ${show(got.value)}, expected ${show(expected.value)}`;
}
