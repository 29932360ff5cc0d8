/** Ways to reach somebody: e-mail addresses, telephone numbers, internet addresses. */

import { digitRuns, type DigitRun } from './words.js';

/** Endings of files that are written like addresses: `icon@2x.png`. */
const FILE_ENDINGS = new Set(['png', 'jpg', 'jpeg', 'gif', 'svg', 'webp', 'css', 'js', 'ts', 'py', 'md']);

const LOCAL_PART = /[\p{L}\p{N}_%+-]$/u;
const DOMAIN = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.){1,8}(\p{L}{2,24})(?![\p{L}\p{N}-])/u;
/** Longest domain that is looked at; one label has up to 63 characters. */
const DOMAIN_LENGTH = 255;

/** Something before an `@`, and a domain with an ending of letters behind it. */
export function holdsEmail(text: string): boolean {
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    if (!LOCAL_PART.test(text.slice(Math.max(0, at - 2), at))) continue;
    const found = DOMAIN.exec(text.slice(at + 1, at + 1 + DOMAIN_LENGTH));
    // An address of a repository goes on with a colon.
    if (found === null || text[at + 1 + found[0].length] === ':') continue;
    if (!FILE_ENDINGS.has((found[1] ?? '').toLowerCase())) return true;
  }
  return false;
}

/** `+49 170 1234567`: a plus, no zero first, 8 to 15 digits (E.164). */
function isInternational(text: string, run: DigitRun, from: number): boolean {
  const plus = run.before === '+' && !/[\p{L}\p{N}+]/u.test(text[from - 2] ?? '');
  return plus && run.digits[0] !== '0' && run.digits.length >= 8 && run.digits.length <= 15;
}

/** Numbers within a country, recognisable by how they are written only. */
const NATIONAL = [
  // 06 12 34 56 78, 010-1234-5678, 0171/2345678: a leading zero, one kind of separator.
  /^0\d{1,4}([ /.-])\d{2,8}(?:\1\d{2,8}){0,4}$/,
  // 555-123-4567 and 555.123.4567.
  /^[2-9]\d{2}([ .-])[2-9]\d{2}\1\d{4}$/,
];
const BRACKETED = /\(0?[1-9]\d{1,4}\)[ -]?\d{2,8}(?:[ -]\d{2,8}){0,3}(?!\d)/g;

function isNational(run: DigitRun): boolean {
  if (run.digits.length < 9 || run.digits.length > 11 || /[\p{L}\p{N}_+.:/-]/u.test(run.before + run.behind))
    return false;
  return NATIONAL.some((form) => form.test(run.text));
}

/**
 * An international number with its plus, or a national one written as such: in brackets, or with one kind of separator
 * after a leading zero or in the North American groups. Digits without any sign are taken for an id.
 */
export function holdsPhone(text: string): boolean {
  let from = 0;
  for (const run of digitRuns(text, ' /.-()')) {
    from = text.indexOf(run.text, from);
    if (isInternational(text, run, from) || isNational(run)) return true;
    from += run.text.length;
  }
  // A year in brackets before a number is shorter.
  return Array.from(text.matchAll(BRACKETED), ([found]) => found.replace(/\D/g, '').length).some(
    (digits) => digits >= 9,
  );
}

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IP_V4 = new RegExp(`(?<![\\w.-])${OCTET}(?:\\.${OCTET}){3}(?![\\w-]|\\.\\d)`);
/** Runs of hexadecimal digits and colons; longer ones are no address. */
const COLONS = /(?<![\w:.])[0-9a-f:]{6,39}(?![\w:])/gi;
/** Groups that a shortened address must still have: `a::b` is more often code. */
const LEAST_GROUPS = 3;

function isIpV6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  return halves.length === 2 ? groups.length >= LEAST_GROUPS && groups.length < 8 : groups.length === 8;
}

/** Four numbers up to 255 with dots, other than this machine's own; or an IPv6 address of at least three groups. */
export function holdsIp(text: string): boolean {
  const found = IP_V4.exec(text);
  if (found !== null && !/^(?:0\.|127\.|255\.255)/.test(found[0])) return true;
  return Array.from(text.matchAll(COLONS), ([candidate]) => candidate).some(isIpV6);
}
