/** Numbers of payment cards and bank accounts. */

import { passesLuhn, passesMod97 } from './check-digits.js';
import { digitRuns } from './words.js';

/** Issuers by the first digits (ISO/IEC 7812), and how many digits their cards have. */
const ISSUERS: ReadonlyArray<readonly [prefix: RegExp, lengths: readonly number[]]> = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^(?:6011|64[4-9]|65)/, [16, 17, 18, 19]],
  [/^35(?:2[89]|[3-8])/, [16]],
  [/^3(?:0[0-5]|[68])/, [14]],
  [/^62/, [16, 17, 18, 19]],
];

const isLetter = (character: string): boolean => /^\p{L}$/u.test(character);

/** A number of a known issuer, of its length, with Luhn's check digit; spaces or dashes between digits are allowed. */
export function holdsCard(text: string): boolean {
  return digitRuns(text, ' -').some(({ digits, before, behind }) => {
    if (digits.length < 13 || isLetter(before) || isLetter(behind)) return false;
    const known = ISSUERS.some(([prefix, lengths]) => lengths.includes(digits.length) && prefix.test(digits));
    return known && passesLuhn(digits);
  });
}

/** Lengths by country, as the IBAN registry has them (SWIFT). */
const IBAN_LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    'NO15 BE16 DK18 FI18 FO18 GL18 NL18 MK19 SI19 AT20 BA20 EE20 KZ20 LT20 LU20 XK20 CH21 HR21 LI21 LV21 BG22 BH22 ' +
    'CR22 DE22 GB22 GE22 IE22 ME22 RS22 VA22 AE23 GI23 IL23 IQ23 TL23 AD24 CZ24 ES24 MD24 PK24 RO24 SA24 SE24 SK24 ' +
    'TN24 VG24 LY25 PT25 ST25 IS26 TR26 FR27 GR27 IT27 MC27 MR27 SM27 AL28 AZ28 BY28 CY28 DO28 GT28 HU28 LB28 PL28 ' +
    'SV28 BR29 EG29 PS29 QA29 UA29 JO30 KW30 MU30 MT31 SC31 LC32'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
);

/** A country's letters, two digits, and as many more as that country has; the remainder by 97 is 1. */
export function holdsIban(text: string): boolean {
  const capitals = text.toUpperCase();
  for (const start of capitals.matchAll(/(?<![A-Z0-9])[A-Z]{2}\d{2}/g)) {
    const length = IBAN_LENGTHS.get(start[0].slice(0, 2));
    if (length === undefined) continue;
    // As printed, a space stands behind every fourth character.
    const written = capitals.slice(start.index, start.index + length + 8);
    const compact = written.replaceAll(' ', '').slice(0, length);
    if (compact.length === length && /^[A-Z0-9]+$/.test(compact) && passesMod97(compact)) return true;
  }
  return false;
}
