/** Secrets come by reference, and no error or text made on the way shows one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultOf } from '../../src/io/faults.js';
import { redact, REDACTED, resolveSecret, SecretError, urlSecrets } from '../../src/io/secrets.js';
import { assertLeaksNoSecret } from './leaks.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-secret-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function errorFrom(reference: string, environment: Record<string, string> = {}): unknown {
  try {
    resolveSecret(reference, environment);
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('a reference', () => {
  it('to a variable gives its value, without the line break that shells and files add', () => {
    expect(resolveSecret('env:TOKEN', { TOKEN: 'abc\r\n' })).toBe('abc');
  });

  it('to a file gives its content', () => {
    const path = join(folder, 'token');
    writeFileSync(path, 'from-a-file\n');
    expect(resolveSecret(`file:${path}`)).toBe('from-a-file');
  });

  it.each([
    ['to a variable that is not set', 'env:TOKEN', {}, 'env:TOKEN: the environment variable is not set'],
    ['to an empty variable', 'env:TOKEN', { TOKEN: '' }, 'env:TOKEN is empty'],
    ['to a value of several lines', 'env:TOKEN', { TOKEN: 'canary-a\ncanary-b' }, 'one line'],
    ['that is the secret itself', 'canary-token', {}, 'env:NAME or file:PATH'],
    ['that is the secret itself behind env:', 'env:canary-token', {}, 'name of an environment variable'],
    ['to no path', 'file:', {}, 'must be a path'],
  ])('%s has an error that says so and shows nothing', (_what, reference, environment, words) => {
    const error = errorFrom(reference, environment);
    expect(error).toBeInstanceOf(SecretError);
    expect((error as Error).message).toContain(words);
    assertLeaksNoSecret(error, ['canary']);
    expect(faultOf(error).kind).toBe('never');
  });

  it('to a file that is not there, or is a folder, says which', () => {
    expect((errorFrom(`file:${join(folder, 'none')}`) as Error).message).toContain('there is no such file');
    expect((errorFrom(`file:${folder}`) as Error).message).toContain('that is a folder');
  });
});

describe('redaction', () => {
  const password = 'p@ss/wörd %9';
  const url = `smtp://user:${encodeURIComponent(password)}@mail.example.org`;

  it.each([
    ['as it is', `login with ${password} failed`],
    ['in a URL', `cannot reach ${url}`],
    [
      'in base64, as mail servers and basic authentication have it',
      `AUTH PLAIN ${Buffer.from(`\u0000user\u0000${password}`).toString('base64')}`,
    ],
    ['in base64 alone', Buffer.from(password).toString('base64')],
  ])('takes a value out %s', (_what, text) => {
    const clean = redact(text, urlSecrets(url));
    expect(clean).toContain(REDACTED);
    assertLeaksNoSecret(clean, [password]);
  });

  it('leaves a text without secrets as it is, and ordinary words where a value is too short to be one', () => {
    expect(redact('nothing here', ['secret-value'])).toBe('nothing here');
    expect(redact('an apple', ['an', ''])).toBe('an apple');
  });
});
