/** The features of a row that lie in one JSON cell, read as any JSON is. */

export type Features = Readonly<Record<string, unknown>>;

/** Texts, which stay as they are, or numbers. */
const TEXT_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Whether the number that this token spells loses digits as a double: an integer of 2^53 and more. */
export const isLongInteger = (token: string): boolean =>
  /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token));

/** As a category a long integer keeps all its digits, as it does in a column of its own; as a number it is rounded. */
function quoteLongIntegers(json: string): string {
  return json.replace(TEXT_OR_NUMBER, (token) => (isLongInteger(token) ? `"${token}"` : token));
}

/** Whether reading the value as JSON does may have cost it digits. */
function mayBeRounded(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  return typeof value === 'object' && value !== null;
}

function asFeatures(value: unknown): Features | null | undefined {
  if (value === null) return null;
  return typeof value === 'object' && !Array.isArray(value) ? (value as Features) : undefined;
}

/** Null where the row has no features; undefined where the cell is no object, and the row cannot be used. */
export function featuresOf(cell: unknown, categorical: readonly string[]): Features | null | undefined {
  // A column of bytes: without this, an object that has no such features, and nothing would be counted.
  if (cell instanceof Uint8Array) return featuresOf(Buffer.from(cell).toString('utf8'), categorical);
  if (typeof cell !== 'string') return cell === undefined ? null : asFeatures(cell);
  try {
    const features = asFeatures(JSON.parse(cell));
    if (features === null || features === undefined) return features;
    for (const name of categorical) {
      if (mayBeRounded(features[name])) return asFeatures(JSON.parse(quoteLongIntegers(cell)));
    }
    return features;
  } catch {
    return undefined;
  }
}
