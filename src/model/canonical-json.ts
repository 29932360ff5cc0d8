/** One spelling for one value: what is hashed, stored and compared. */

/**
 * JSON with the keys of every mapping in code-unit order, without spaces, and without keys whose value is `undefined`.
 * Throws for what JSON cannot hold (NaN, infinities, functions): such a value in a definition is a programmer's mistake.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    case 'number':
      if (!Number.isFinite(value)) throw new RangeError(`${String(value)} has no JSON form`);
      return JSON.stringify(value);
    case 'object': {
      if (value === null) return 'null';
      if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
      const pairs = Object.entries(value)
        .filter(([, inner]) => inner !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      return `{${pairs.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`;
    }
    default:
      throw new TypeError(`A ${typeof value} has no JSON form`);
  }
}
