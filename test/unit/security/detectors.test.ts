import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsCard, holdsIban } from '../../../src/security/accounts.js';
import { holdsEmail, holdsIp, holdsPhone } from '../../../src/security/contacts.js';
import { isNationalId } from '../../../src/security/national-ids.js';
import { findingsIn } from '../../../src/security/personal-texts.js';
import { holdsSecret } from '../../../src/security/secret-keys.js';

const randomly = (length: number, alphabet: string): string =>
  Array.from({ length }, (_, at) => alphabet[(at * 7919 + at * at * 31) % alphabet.length]).join('');
const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** Put together here, so that no scanner of repositories takes a test's text for a leak. */
const key = (mark: string, length: number): string => mark + randomly(length, ALPHANUMERIC);

const CASES: ReadonlyArray<
  readonly [kind: string, holds: (text: string) => boolean, found: readonly string[], not: readonly string[]]
> = [
  [
    'an e-mail address',
    holdsEmail,
    [
      'ana@example.org',
      'write to Ana.Lopez+news@mail.example.co.uk, please',
      'jürgen@müller.example',
      '<x@y.example>',
      '用户@例子.公司',
    ],
    ['@ana', 'ana@', 'ana@localhost', 'icon@2x.png', 'git@github.com:owner/name', 'a @ b.example', '5@7 = 12.5'],
  ],
  [
    'a telephone number',
    holdsPhone,
    [
      '+49 170 1234567',
      'call +1-555-123-4567',
      '+8613812345678',
      '+44 (0)20 7946 0958',
      '(030) 1234567',
      '(555) 123-4567',
      '06 12 34 56 78',
      '010-1234-5678',
      '0171/2345678',
      '555-234-5678',
    ],
    [
      '2026-11-22 13:36',
      '2026-11-22T13:36:00+01:00',
      '1763818560000',
      '13812345678',
      'Smith (1998) 250 pages',
      'order 12345678',
      '0.123456789',
      'v0.12.345.678',
      '01.02.2026 10',
      '1e+12345678',
      '192.168.100.200',
    ],
  ],
  [
    'a card number',
    holdsCard,
    [
      '4111111111111111',
      '4111 1111 1111 1111',
      '5555-5555-5555-4444',
      '378282246310005',
      '6011111111111117',
      '30569309025904',
      '3530111333300000',
      'paid with 2223003122003222.',
    ],
    [
      '4111111111111112',
      '1234567812345670',
      '0000000000000000',
      '1763818560000',
      '41111111111111111111',
      'A4111111111111111',
      '9999999999999995',
    ],
  ],
  [
    'an account number',
    holdsIban,
    [
      'DE89370400440532013000',
      'DE89 3704 0044 0532 0130 00',
      'gb82 west 1234 5698 7654 32',
      'IBAN: FR1420041010050500013M02606',
      'NO9386011117947',
      'MT84MALT011000012345MTLCAST001S',
    ],
    ['DE89370400440532013001', 'XX89370400440532013000', 'DE8937040044053201300', 'ID12 3456 7890 1234', 'AB12CD34'],
  ],
  [
    'an internet address',
    holdsIp,
    [
      '8.8.8.8',
      'from 203.0.113.7:443',
      '10.1.2.3',
      '2001:db8::8a2e:370:7334',
      '2001:0db8:0000:0000:0000:ff00:0042:8329',
    ],
    [
      '127.0.0.1',
      '0.0.0.0',
      '256.1.1.1',
      '1.2.3',
      '1.2.3.4.5',
      'v1.2.3.4',
      '13:36:05',
      '00:1a:2b:3c:4d:5e',
      'std::vector',
      'dead::beef',
      '1::2::3::4::5',
    ],
  ],
  [
    'a key',
    holdsSecret,
    [
      `id ${['AKIA', 'IOSFODNN7EXAMPLE'].join('')}`,
      key('ghp_', 36),
      key('github_pat_', 40),
      `token=${key('xoxb-', 24)}`,
      key('AIza', 35),
      key('sk_live_', 24),
      `${key('eyJ', 20)}.${key('eyJ', 30)}.${key('', 43)}`,
      ['-----BEGIN RSA', 'PRIVATE KEY-----'].join(' '),
      'https://hooks.slack.com/services/T000/B000/x',
      'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY4x',
    ],
    [
      '550e8400-e29b-41d4-a716-446655440000',
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      'CustomerSegmentationModelVersion2024Final',
      'AKIAIOSFODNN7',
      '-----BEGIN CERTIFICATE-----',
      'a-rather-long-name-with-many-words-and-1-number',
      '/usr/local/lib/node_modules/Some/Package/Index2.js',
      randomly(400, ALPHANUMERIC),
    ],
  ],
];

describe.each(CASES)('%s', (_, holds, found, not) => {
  it.each(found)('is found in %j', (text) => {
    expect(holds(text)).toBe(true);
    expect(holds(`before ${text} behind`)).toBe(true);
  });

  it.each(not)('is not seen in %j', (text) => {
    expect(holds(text)).toBe(false);
  });
});

describe('a national number', () => {
  const valid: ReadonlyArray<readonly [string, string]> = [
    ['China', '11010519491231002X'],
    ['Spain', '12345678Z'],
    ['Spain, residents', 'X1234567L'],
    ['Italy', 'RSSMRA85T10A562S'],
    ['France', '255081416802538'],
    ['Poland', '44051401359'],
    ['Sweden', '811228-9874'],
    ['Finland', '131052-308T'],
    ['Belgium', '93051822361'],
    ['Germany', '86095742719'],
  ];

  it.each(valid)('of %s is known: %s', (_, id) => {
    expect(isNationalId(id)).toBe(true);
  });

  it.each(valid)('of %s with any other last character is none', (_, id) => {
    const last = id.slice(-1);
    const others = (/\d/.test(last) ? '0123456789' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ').replace(last, '');
    const taken = Array.from(others).filter((other) => isNationalId(id.slice(0, -1) + other));
    // Three countries have eleven digits, each with a check of its own.
    expect(taken.length).toBeLessThanOrEqual(/^\d{11}$/.test(id) ? 2 : 0);
  });

  it.each([
    '110105194913310023', // month 13
    '20261122133600',
    '1763818560000',
    '00000000000',
    '11111111111',
    '12345678901',
    'ORDER-12345',
  ])('is not seen in %s', (text) => {
    expect(isNationalId(text)).toBe(false);
  });

  it('is found as people write it, with spaces, dots and small letters', () => {
    for (const text of ['2 55 08 14 168 025 38', '93.05.18-223.61', '11010519491231002x', 'id 12345678z ok']) {
      expect(findingsIn(text)).not.toBe(0);
    }
  });
});

describe('ordinary texts', () => {
  it.each([
    'management',
    'Paris accuracy 0.91',
    'model credit-risk v12 rev 1234567',
    'window 2026-11-21T00:00:00Z to 2026-11-22T00:00:00Z',
    'session 7f3a9c',
    'ROC AUC 0.4603 (99 % interval 0.3642 to 0.5595, n 100)',
    '2010-05-01 12:00:00.123456',
    '1 234 567,89 €',
    '48.858370, 2.294481',
    'ISBN 978-3-16-148410-0',
  ])('hold nothing: %s', (text) => {
    expect(findingsIn(text)).toBe(0);
  });

  it('ids counted up are hardly ever taken for something else', () => {
    const ids = Array.from({ length: 20_000 }, (_, at) => String(1_000_000_000 + at * 7));
    expect(ids.filter((id) => findingsIn(id) !== 0)).toEqual([]);
    const customers = Array.from({ length: 20_000 }, (_, at) => `customer-${String(at).padStart(8, '0')}`);
    expect(customers.filter((id) => findingsIn(id) !== 0)).toEqual([]);
  });
});

describe('hostile texts', () => {
  const LENGTH = 300_000;
  // With a pattern that goes back over what it has read, the square of this length would never come to an end.
  it.each(
    [
      'a',
      '1',
      '@',
      'a@',
      'a.',
      '1 ',
      '1-',
      '(12',
      '(12) ',
      '+1',
      '0 0',
      ':',
      'a:',
      '::',
      '1.',
      'eyJ',
      'eyJ.',
      'A1',
      'DE89',
      '=',
      '-----BEGIN ',
    ].map((unit) => [unit, unit.repeat(Math.ceil(LENGTH / unit.length))] as const),
  )('%j, very often, is read once', (_, text) => {
    const detectors = [holdsEmail, holdsPhone, holdsCard, holdsIban, holdsIp, holdsSecret, isNationalId];
    for (const holds of detectors) expect(typeof holds(text)).toBe('boolean');
  });

  it('no text makes a detector throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(findingsIn(text)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });
});
