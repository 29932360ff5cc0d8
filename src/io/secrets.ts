/**
 * Secrets by reference: definitions and workflow inputs hold `env:NAME` or `file:PATH`, and only an activity turns one
 * into its value. No error made here shows a value.
 */
import { readFileSync } from 'node:fs';

/** Names the reference, never the value. */
export class SecretError extends Error {
  override readonly name = 'SecretError';
}

/** A key or a URL is one short line; more is a wrong file. In bytes. */
const LONGEST_SECRET = 16_384;

function checked(reference: string, raw: string): string {
  // Files and shells add a line break at the end; in a header it would be an injection, in a password a riddle.
  const value = raw.replace(/[\r\n]+$/, '');
  if (value === '') throw new SecretError(`${reference} is empty`);
  if (value.length > LONGEST_SECRET) throw new SecretError(`${reference} is too long for a secret`);
  // eslint-disable-next-line no-control-regex -- control characters are what this refuses
  if (/[\u0000-\u001f\u007f]/.test(value)) {
    throw new SecretError(`${reference} holds line breaks or control characters; it should be one line of text`);
  }
  return value;
}

function readSecretFile(reference: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file',
      EACCES: 'this user may not read it',
      EISDIR: 'that is a folder',
    };
    throw new SecretError(`${reference} cannot be read: ${reasons[code] ?? code}`);
  }
}

/**
 * The value behind `env:NAME` or `file:PATH`, without a trailing line break.
 * Throws `SecretError` for any other form, an unset or empty variable, and a file that cannot be read.
 */
export function resolveSecret(
  reference: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  if (reference.startsWith('env:')) {
    const name = reference.slice(4);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      // What stands here may be the secret itself, pasted in the wrong place.
      throw new SecretError('a secret reference after "env:" must be the name of an environment variable');
    }
    const value = environment[name];
    if (value === undefined) throw new SecretError(`${reference}: the environment variable is not set`);
    return checked(reference, value);
  }
  if (reference.startsWith('file:')) {
    const path = reference.slice(5);
    if (path === '') throw new SecretError('a secret reference after "file:" must be a path');
    return checked(reference, readSecretFile(reference, path));
  }
  throw new SecretError('a secret must be given by reference, as env:NAME or file:PATH');
}

export const REDACTED = '[secret]';

/** Shorter values would blot out ordinary words; no key is that short. */
const SHORTEST_SECRET = 4;

/** Percent-decoded; a stray percent sign stands for itself. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The forms in which a value turns up in texts: as it is, in a URL, in base64 (basic authentication, SMTP). */
function formsOf(secret: string): readonly string[] {
  return [
    secret,
    encodeURIComponent(secret),
    encodeURI(secret),
    Buffer.from(secret, 'utf8').toString('base64').replace(/=+$/, ''),
  ];
}

/** The parts of a secret URL that are secrets of their own: the password, as written and decoded, alone and with the user name. */
export function urlSecrets(url: string): readonly string[] {
  const credentials = /^[a-z][a-z0-9+.-]*:\/\/([^/@]*(?:@[^/@]*)*)@/i.exec(url)?.[1];
  if (credentials === undefined) return [url];
  const split = credentials.indexOf(':');
  if (split === -1) return [url];
  const user = decoded(credentials.slice(0, split));
  const password = credentials.slice(split + 1);
  const plain = decoded(password);
  return [url, password, plain, `${user}:${plain}`, `\u0000${user}\u0000${plain}`];
}

/** The text without the given values, in any form in which they commonly turn up. */
export function redact(text: string, secrets: readonly string[]): string {
  const forms = secrets.filter((secret) => secret.length >= SHORTEST_SECRET).flatMap(formsOf);
  return [...new Set(forms)]
    .sort((a, b) => b.length - a.length)
    .reduce((clean, form) => clean.replaceAll(form, REDACTED), text);
}
