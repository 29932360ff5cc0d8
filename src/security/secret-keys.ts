/** Keys and tokens that open something, recognised by their makers' marks, or by looking like nothing else. */

import { wordsOf } from './words.js';

const MARKED = [
  /^(?:AKIA|ASIA)[A-Z0-9]{16}$/, // Amazon Web Services
  /^gh[pousr]_[A-Za-z0-9]{36,255}$/, // GitHub
  /^github_pat_[A-Za-z0-9_]{22,255}$/,
  /^xox[abeoprs]-[A-Za-z0-9-]{10,250}$/, // Slack
  /^AIza[A-Za-z0-9_-]{35}$/, // Google
  /^[rs]k_live_[A-Za-z0-9]{16,250}$/, // Stripe
  /^eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}$/, // JSON Web Token, RFC 7519
];
const SLACK_HOOK = 'hooks.slack.com/services/T';
const PEM = '-----BEGIN ';
const PRIVATE = 'PRIVATE KEY-----';

const LEAST_LENGTH = 32;
/** Longer ones are pictures and the like. */
const MOST_LENGTH = 128;
/** Bits a character: 32 random letters and digits have about 4.5, words written together below 4. */
const LEAST_ENTROPY = 4.2;
/** Of 31 steps from one character to the next, a random key changes its kind in about 20, words in few. */
const LEAST_CHANGES = 0.35;

const kindOf = (code: number): number => (code >= 97 ? 2 : code >= 65 ? 1 : code >= 48 && code <= 57 ? 0 : 3);

/** Shannon's entropy of the characters, in bits. */
function entropyOf(word: string): number {
  const counts = new Map<string, number>();
  for (const character of word) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / word.length) * Math.log2(count / word.length);
  return bits;
}

/** Long, with capitals, small letters and digits well mixed; not hexadecimal (a hash) and no path. */
function looksRandom(word: string): boolean {
  if (word.length < LEAST_LENGTH || word.length > MOST_LENGTH) return false;
  if (!/^[A-Za-z0-9+_-]+(?:\/[A-Za-z0-9+_-]+){0,2}={0,2}$/.test(word)) return false;
  const kinds = new Set<number>();
  let changes = 0;
  for (let at = 0; at < word.length; at++) {
    const kind = kindOf(word.charCodeAt(at));
    kinds.add(kind);
    if (at > 0 && kind !== kindOf(word.charCodeAt(at - 1))) changes++;
  }
  if (![0, 1, 2].every((kind) => kinds.has(kind)) || changes < LEAST_CHANGES * (word.length - 1)) return false;
  return entropyOf(word) >= LEAST_ENTROPY;
}

/** A key with a known mark, the head of a private key, or a long word that looks drawn at random. */
export function holdsSecret(text: string): boolean {
  const begin = text.indexOf(PEM);
  if (begin !== -1 && text.slice(begin, begin + 60).includes(PRIVATE)) return true;
  return wordsOf(text).some((word) => {
    // A sentence's full stop, an assignment's sign.
    const key = word.replace(/^[=/.]+|[./]+$/g, '');
    const value = key.slice(key.lastIndexOf('=', key.length - 3) + 1);
    return word.includes(SLACK_HOOK) || MARKED.some((form) => form.test(value)) || looksRandom(value);
  });
}
