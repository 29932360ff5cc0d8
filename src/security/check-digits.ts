/** Check digits: what tells an account or a person's number from any other number. */

const digitAt = (digits: string, at: number): number => digits.charCodeAt(at) - 48;

/** Luhn's sum (ISO/IEC 7812-1, annex B): every second digit from the right doubled, digits added, a multiple of 10. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = digits.length - 1, double = false; at >= 0; at--, double = !double) {
    const digit = digitAt(digits, at) * (double ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}

/** Remainder of a number of any length, digit by digit. */
export function remainderOf(digits: string, divisor: number): number {
  let rest = 0;
  for (let at = 0; at < digits.length; at++) rest = (rest * 10 + digitAt(digits, at)) % divisor;
  return rest;
}

/** ISO 7064 MOD 97-10 as IBANs use it (ISO 13616): the first four behind the rest, letters as 10 to 35, remainder 1. */
export function passesMod97(iban: string): boolean {
  const turned = iban.slice(4) + iban.slice(0, 4);
  return (
    remainderOf(
      turned.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55)),
      97,
    ) === 1
  );
}

/** ISO 7064 MOD 11-2: powers of two as weights, `X` for 10, remainder 1. */
export function passesMod11And2(text: string): boolean {
  let rest = 0;
  for (let at = 0; at < text.length; at++) rest = (rest * 2 + (text[at] === 'X' ? 10 : digitAt(text, at))) % 11;
  return rest === 1;
}

/** ISO 7064 MOD 11,10: the hybrid system of the German tax number. */
export function passesMod11And10(digits: string): boolean {
  let product = 10;
  for (let at = 0; at < digits.length - 1; at++) {
    const sum = (digitAt(digits, at) + product) % 10 || 10;
    product = (2 * sum) % 11;
  }
  return (11 - product) % 10 === digitAt(digits, digits.length - 1);
}

/** Weighted sum of the first digits, as many as there are weights. */
export function weightedSum(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, at) => sum + weight * digitAt(digits, at), 0);
}
