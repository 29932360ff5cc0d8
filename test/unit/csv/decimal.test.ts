import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NumberSink } from '../../../src/io/csv/value-sink.js';

/** What the reader makes of a cell by itself, without the engine's parser; `undefined` where it leaves it to that. */
function taken(text: string): number | undefined {
  const sink = new NumberSink('x');
  sink.reserve(1);
  const end = sink.take(new TextEncoder().encode(`${text}\n`), 0, 0);
  if (end < 0) return undefined;
  expect(end).toBe(text.length);
  return sink.finish(1).values[0];
}

/** Equal to the last bit, or left to the engine. */
function expectExact(text: string): void {
  const value = taken(text);
  if (value !== undefined) expect([text, Object.is(value, Number(text)) ? text : value]).toEqual([text, text]);
}

describe('a number of the file is the nearest double, as the engine parses it', () => {
  test.each([
    ['-0'],
    ['0.0'],
    ['5.'],
    ['.5'],
    ['007'],
    ['9007199254740991'],
    ['9007199254740993'],
    ['123456789012345678'],
    ['0.1'],
    ['0.30000000000000004'],
    ['-0.8999999999999999'],
    ['2.2250738585072014'],
    ['1e22'],
    ['1E-5'],
    ['1.7976931348623157e+5'],
    ['0.000000000000000001'],
    ['4503599627370496.5'],
    ['4503599627370497.5'],
  ])('%s', (text) => {
    expect(Object.is(taken(text) ?? Number(text), Number(text))).toBe(true);
    expectExact(text);
  });

  test('doubles as they are commonly written are taken without the engine', () => {
    for (const text of ['0.1', '-17.25', '0.6234221477369777', '1e-7', '-1.2345678901234567', '1767225600000'])
      expect(taken(text)).toBe(Number(text));
  });

  test.each(['', '-', '.', '1.2.3', '1e', '1e+', '--1', '1 ', '+1', '1_000', 'inf', 'nan', '0x10', '1e999', '1"'])(
    '"%s" is nothing that is taken by itself, or missing',
    (text) => {
      const value = taken(text);
      expect(value === undefined || Number.isNaN(value)).toBe(true);
    },
  );

  test('any double in its shortest form', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expectExact(String(value));
      }),
    );
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (value) => {
        expectExact(String(value));
      }),
    );
  });

  test('any digits, with a point and an exponent anywhere', () => {
    const digits = fc.stringMatching(/^\d{0,10}\.?\d{1,10}(?:e[+-]?\d{1,2})?$/);
    fc.assert(fc.property(digits, expectExact), { numRuns: 2000 });
  });

  test('numbers beside the middle of two doubles, where rounding is hardest', () => {
    const one = fc.bigInt({ min: 2n ** 52n, max: 2n ** 53n - 1n });
    fc.assert(
      fc.property(one, fc.integer({ min: 1, max: 17 }), fc.constantFrom(-1n, 0n, 1n), (mantissa, places, off) => {
        // Half a unit above `mantissa` over 2^52, cut to so many decimal places.
        const cut = ((2n * mantissa + 1n) * 10n ** BigInt(places)) / 2n ** 53n + off;
        const text = cut.toString().padStart(places + 1, '0');
        expectExact(`${text.slice(0, -places)}.${text.slice(-places)}`);
      }),
      { numRuns: 2000 },
    );
  });
});
