/** Whatever the file holds, the answer is a definition or its faults, never a crash. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseDefinition, type ParsedDefinition } from '../../../src/model/parse-definition.js';
import { defaultRules } from '../../../src/rules/default-rules.js';

const ROOT = join(import.meta.dirname, '../../..');
const COMPLETE = readFileSync(join(import.meta.dirname, 'definitions/complete.yaml'), 'utf8');

const read = (text: string): ParsedDefinition => parseDefinition(text, 'any.yaml', { defaultRules });

function expectAnswer(text: string): void {
  const parsed = read(text);
  const told = parsed.ok ? parsed.warnings : parsed.faults;
  expect(parsed.ok || parsed.faults.length > 0).toBe(true);
  const lines = text.split('\n').length;
  for (const { line, column, message, cure } of told) {
    expect(line).toBeGreaterThan(0);
    expect(line).toBeLessThanOrEqual(lines);
    expect(column).toBeGreaterThan(0);
    expect(message.length * cure.length).toBeGreaterThan(0);
  }
  expect(told.map(({ line }) => line)).toEqual(told.map(({ line }) => line).sort((a, b) => a - b));
}

type Json = Record<string, unknown>;

/** Every path below a value. */
function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as Json) }) as Json;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

/** Signs that mean something in YAML, or nothing anywhere. */
const SIGNS = [
  '\t',
  ':',
  '{',
  '}',
  '[',
  ']',
  '&',
  '*',
  '!',
  '|',
  '>',
  "'",
  '"',
  '%',
  '@',
  '`',
  '#',
  '-',
  ',',
  '?',
  '\u0000',
  '\ud800',
  ' ',
];

const SOUND = parse(COMPLETE) as Json;

describe('any text', () => {
  it('that is no YAML at all', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), expectAnswer), { numRuns: 100 });
  });

  it('that was cut off in the middle', () => {
    fc.assert(
      fc.property(fc.nat(COMPLETE.length), (end) => {
        expectAnswer(COMPLETE.slice(0, end));
      }),
      { numRuns: 40 },
    );
  });

  it('that holds a wrong letter somewhere', () => {
    const sign = fc.constantFrom(...SIGNS);
    fc.assert(
      fc.property(fc.nat(COMPLETE.length - 1), sign, (at, letter) => {
        expectAnswer(COMPLETE.slice(0, at) + letter + COMPLETE.slice(at + 1));
      }),
      { numRuns: 60 },
    );
  });

  it('in which one value is another one', () => {
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('1d', 'none', 'off', 0, -1, '', null, [], {}, { toString: false }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...pathsOf(SOUND)), value, (path, by) => {
        expectAnswer(JSON.stringify(replaced(SOUND, path, by), null, 1));
      }),
      { numRuns: 150 },
    );
  });
});

describe('the definitions that we show', () => {
  const page = readFileSync(join(ROOT, 'docs/definition.md'), 'utf8');
  const blocks = [...page.matchAll(/```yaml\n([^]*?)```/g)].map(([, block = '']) => block);
  const whole = blocks.filter((block) => /^model:/m.test(block));

  it('in docs/definition.md are sound', () => {
    expect(whole.length).toBeGreaterThan(1);
    expect(whole.map(read)).toEqual(whole.map(() => expect.objectContaining({ ok: true }) as unknown));
  });

  it('in parts are sound beside a name and a task', () => {
    const parts = blocks.filter((block) => !whole.includes(block) && !/^# yaml-language-server.*\n$/.test(block));
    const files = parts.map((part) => `model: churn\ntask: regression\n${part}`);
    expect(parts.length).toBeGreaterThan(1);
    expect(files.map(read)).toEqual(files.map(() => expect.objectContaining({ ok: true }) as unknown));
  });
});
