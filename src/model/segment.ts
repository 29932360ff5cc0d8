/** What an alert is about beside its rule: a sensitive attribute, a version that serves beside another, or both. */

/** As wide as the column that keeps it. */
const LONGEST = 128;

/** No name of a column or feature holds it. */
const OF_VERSION = '@';

/** `sex`, `@v2` or `sex@v2`; `''` for the whole model by the version that serves. */
export function segmentOf(attribute: string, version: string | undefined): string {
  return version === undefined ? attribute : `${attribute}${OF_VERSION}${version}`.slice(0, LONGEST);
}

/** The version of a segment, undefined where it names none. */
export function versionOfSegment(segment: string): string | undefined {
  const at = segment.indexOf(OF_VERSION);
  return at === -1 ? undefined : segment.slice(at + 1);
}

/** For people: `sex`, `version v2`, `sex, version v2`. */
export function segmentWords(segment: string): string {
  const version = versionOfSegment(segment);
  if (version === undefined) return segment;
  const attribute = segment.slice(0, segment.indexOf(OF_VERSION));
  return attribute === '' ? `version ${version}` : `${attribute}, version ${version}`;
}
