/** Who may write rows of which models: bearer tokens, known here only by their digests. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { MODEL_ID } from '../../model/ids.js';
import { wrongUse } from '../command-faults.js';

interface Token {
  readonly digest: Buffer;
  /** Null: every model. */
  readonly models: ReadonlySet<string> | null;
}

/** 128 random bits in base64; `openssl rand -hex 32` gives 64 characters. */
const SHORTEST_TOKEN = 22;

const digestOf = (token: string): Buffer => createHash('sha256').update(token, 'utf8').digest();

export class Tokens {
  readonly #tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /**
   * What the header `Authorization` permits; null where it permits nothing. The time that it takes says nothing of the
   * tokens: digests of one length are compared, and all of them.
   */
  permitted(header: string | undefined): { readonly allows: (model: string) => boolean } | null {
    const given = digestOf(/^bearer +(\S+) *$/i.exec(header ?? '')?.[1] ?? '');
    const found = this.#tokens.filter(({ digest }) => timingSafeEqual(digest, given));
    if (found.length === 0) return null;
    return { allows: (model) => found.some(({ models }) => models === null || models.has(model)) };
  }
}

/**
 * Tokens as the command line names them: `env:NAME=model,model` or `file:PATH=*`. Throws a fault of use for another form,
 * and `SecretError` where the reference leads nowhere.
 */
export function readTokens(given: readonly string[], secret: (reference: string) => string): Tokens {
  return new Tokens(
    given.map((text) => {
      const split = text.lastIndexOf('=');
      const [reference, scope] = [text.slice(0, Math.max(split, 0)), text.slice(split + 1)];
      const names = scope.split(',').map((name) => name.trim());
      const isScope = scope === '*' || names.every((name) => MODEL_ID.test(name));
      if (split <= 0 || !isScope || !/^(env|file):/.test(reference)) {
        // The text is not repeated: it may be the token itself, pasted in the wrong place.
        throw wrongUse(
          'a --token is not understood',
          'write REFERENCE=MODELS, as env:SHOP_TOKEN=churn,fraud or file:PATH=*',
        );
      }
      const value = secret(reference);
      if (/\s/.test(value)) throw wrongUse(`the token ${reference} holds spaces`, 'a token is one word');
      if (value.length < SHORTEST_TOKEN) {
        const cure = 'make one that nobody guesses: openssl rand -hex 32';
        throw wrongUse(`the token ${reference} has fewer than ${String(SHORTEST_TOKEN)} characters`, cure);
      }
      return { digest: digestOf(value), models: scope === '*' ? null : new Set(names) };
    }),
  );
}
