/** Equal definitions have one spelling; nothing is lost in it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/model/canonical-json.js';
import { parseDefinition } from '../../../src/model/parse-definition.js';

describe('canonical JSON', () => {
  it.each<[unknown, string]>([
    [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
    [{ b: { d: 1, c: 2 }, a: undefined }, '{"b":{"c":2,"d":1}}'],
    [{ é: 1, z: 2, Z: 3 }, '{"Z":3,"z":2,"é":1}'],
    ['a "quoted" text', '"a \\"quoted\\" text"'],
    [{}, '{}'],
    [[], '[]'],
  ])('%j', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it.each([NaN, Infinity, -Infinity, 1n, () => 1])('refuses %s, which JSON cannot hold', (value) => {
    expect(() => canonicalJson({ value })).toThrow('has no JSON form');
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
      }),
    );
  });
});

const name = fc
  .stringMatching(/^[a-z][a-z0-9_]{0,10}$/)
  .filter((text) => !['prediction', 'score', 'label'].includes(text));
const span = fc
  .tuple(fc.integer({ min: 1, max: 99 }), fc.constantFrom('m', 'h', 'd', 'w', ' month'))
  .map(([n, unit]) => `${String(n)}${unit}`);
const limit = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ({ below: value })),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ({ above: value })),
  fc.double({ min: 0.001, max: 9, noNaN: true }).map((value) => ({ changed_by: value })),
  fc.integer({ min: 1, max: 400 }).map((value) => ({ changed_by: `-${String(value)}%` })),
);
const rule = fc
  .tuple(
    limit,
    fc.constantFrom('info', 'warning', 'critical'),
    fc.integer({ min: 1, max: 1e6 }),
    fc.constantFrom(1, 3, '2 of 5'),
  )
  .map(([limits, severity, minN, hold]) => ({ metric: 'mae', severity, min_n: minN, for: hold, ...limits }));

const file = fc.record(
  {
    title: fc.stringMatching(/^[A-Za-zäß€\u{1F600}](["'\\:# {}\u{1F600}]{0,8}[A-Za-zäß€])?$/u),
    features: fc
      .uniqueArray(name, { maxLength: 8 })
      .map((names) => ({ numeric: names.slice(0, 3), categorical: names.slice(3) })),
    labels: fc.oneof(fc.constant('none'), fc.record({ min_coverage: fc.double({ min: 0, max: 1, noNaN: true }) })),
    schedule: fc.record({ window: span, timezone: fc.constantFrom('UTC', 'Europe/Paris', 'Australia/Lord_Howe') }),
    reference: fc.oneof(
      fc.constant('trainer'),
      span.map((text) => `first ${text}`),
    ),
    min_rows: fc.integer({ min: 1, max: 1e6 }),
    rules: fc.array(rule, { maxLength: 4 }).map((rules) => ({
      add: rules.map((parts, position) => ({ id: `rule-${String(position)}`, ...parts })),
    })),
    notify: fc.constant({ slack: { channel: '#ml' }, escalate: { after: '15m', to: '@second' } }),
  },
  { requiredKeys: [] },
);

it('gives any definition that parses back as it was', () => {
  fc.assert(
    fc.property(file, (parts) => {
      // JSON is YAML: the generated file needs no writer of its own.
      const text = JSON.stringify({ model: 'churn', task: 'regression', ...parts });
      const parsed = parseDefinition(text, 'churn.yaml', { defaultRules: () => [] });
      expect(parsed).toMatchObject({ ok: true });
      if (!parsed.ok) return;
      const json = canonicalJson(parsed.definition);
      expect(JSON.parse(json)).toEqual(parsed.definition);
      expect(canonicalJson(JSON.parse(json))).toBe(json);
    }),
  );
});
