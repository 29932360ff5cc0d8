/**
 * National numbers of persons that carry a check digit, and mostly a date of birth: China's resident identity number and
 * those of nine European countries. Numbers without a check digit (US, UK) and with nothing but one on nine digits or
 * fewer (Dutch, Portuguese) cannot be told from ordinary ids and are not looked for.
 */

import { passesLuhn, passesMod11And10, passesMod11And2, remainderOf, weightedSum } from './check-digits.js';

const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDay(month: number, day: number): boolean {
  return day >= 1 && day <= (MONTH_DAYS[month - 1] ?? 0);
}

const part = (text: string, from: number, to: number): number => Number(text.slice(from, to));

/** GB 11643-1999: region, date of birth, sequence, check character. */
function isChinese(text: string): boolean {
  if (!/^[1-8]\d{16}[\dX]$/.test(text)) return false;
  const year = part(text, 6, 10);
  return year >= 1900 && year < 2100 && isDay(part(text, 10, 12), part(text, 12, 14)) && passesMod11And2(text);
}

const SPANISH_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';

/** DNI, and NIE of residents, whose first letter stands for a digit. */
function isSpanish(text: string): boolean {
  const found = /^([XYZ]|\d)(\d{7})([A-Z])$/.exec(text);
  if (found === null) return false;
  const [, first = '', digits = '', letter] = found;
  const place = 'XYZ'.indexOf(first);
  return SPANISH_LETTERS[Number((place < 0 ? first : String(place)) + digits) % 23] === letter;
}

/** What a character at an odd place (the first, the third …) of a codice fiscale counts; digits count as A to J. */
const ITALIAN_ODD = [
  ...[1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18],
  ...[20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23],
];

function isItalian(text: string): boolean {
  if (!/^[A-Z]{6}\d{2}[ABCDEHLMPRST]\d{2}[A-Z]\d{3}[A-Z]$/.test(text)) return false;
  let sum = 0;
  for (let at = 0; at < 15; at++) {
    const code = text.charCodeAt(at);
    const value = code >= 65 ? code - 65 : code - 48;
    sum += at % 2 === 0 ? (ITALIAN_ODD[value] as number) : value;
  }
  return text.charCodeAt(15) - 65 === sum % 26;
}

/** Number of the social insurance (NIR): sex, year, month, place, order, key of 97; Corsica has 2A and 2B. */
function isFrench(text: string): boolean {
  const found = /^([12]\d{2}(?:0[1-9]|1[0-2]|[2-4]\d|[5-9]\d)(?:\d{2}|2[AB])\d{6})(\d{2})$/.exec(text);
  if (found === null) return false;
  const [, body = '', key] = found;
  return 97 - remainderOf(body.replace('2A', '19').replace('2B', '18'), 97) === Number(key);
}

/** PESEL: date with the century in the month, order, check digit. */
function isPolish(text: string): boolean {
  if (!/^\d{11}$/.test(text) || !isDay(part(text, 2, 4) % 20, part(text, 4, 6))) return false;
  const sum = weightedSum(text, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]);
  return (10 - (sum % 10)) % 10 === Number(text[10]);
}

/** Personnummer, written with its sign; co-ordination numbers have 60 added to the day. */
function isSwedish(text: string): boolean {
  const digits = /^(?:19|20)?(\d{6})[-+](\d{4})$/.exec(text)?.slice(1).join('');
  if (digits === undefined) return false;
  return isDay(part(digits, 2, 4), part(digits, 4, 6) % 60) && passesLuhn(digits);
}

/** Henkilötunnus: date, sign of the century, order, check character. */
function isFinnish(text: string): boolean {
  const found = /^(\d{6})[-+A-FU-Y](\d{3})([0-9A-FHJ-NPR-Y])$/.exec(text);
  if (found === null) return false;
  const [, date = '', order = '', check] = found;
  return (
    isDay(part(date, 2, 4), part(date, 0, 2)) && '0123456789ABCDEFHJKLMNPRSTUVWXY'[Number(date + order) % 31] === check
  );
}

/** Rijksregisternummer: date, order, key of 97; from 2000 on with a 2 before. */
function isBelgian(text: string): boolean {
  if (!/^\d{11}$/.test(text) || !isDay(part(text, 2, 4), part(text, 4, 6))) return false;
  const body = text.slice(0, 9);
  return ['', '2'].some((century) => 97 - remainderOf(century + body, 97) === part(text, 9, 11));
}

/** Tax number: of the first ten digits exactly one occurs twice or three times, and no other more than once. */
function isGerman(text: string): boolean {
  if (!/^[1-9]\d{10}$/.test(text)) return false;
  const counts = new Uint8Array(10);
  for (const digit of text.slice(0, 10)) counts[Number(digit)]! += 1;
  const repeated = counts.filter((count) => count > 1);
  return repeated.length === 1 && (repeated[0] as number) <= 3 && passesMod11And10(text);
}

const COUNTRIES = [
  ...[isChinese, isSpanish, isItalian, isFrench, isPolish],
  ...[isSwedish, isFinnish, isBelgian, isGerman],
];

/** Whether a word (no spaces; letters in capitals) is such a number. */
export function isNationalId(word: string): boolean {
  return word.length >= 9 && word.length <= 18 && COUNTRIES.some((isOf) => isOf(word));
}
