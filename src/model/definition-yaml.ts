/** YAML text into plain values, with the place of every key and value, and the faults of YAML itself. */
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Document, Node, Pair, YAMLError } from 'yaml';

export type Path = readonly (string | number)[];

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/** Something wrong, with a path or, for YAML itself, a position. */
export interface Complaint {
  readonly path: Path;
  /** Whether the key or its value is the culprit. */
  readonly on?: 'key' | 'value';
  /** Another place to point at: what a missing key should stand beside. */
  readonly at?: Path;
  readonly position?: Position;
  readonly message: string;
  readonly cure: string;
}

export interface YamlFile {
  /** Plain values; `undefined` if nothing could be read. */
  readonly value: unknown;
  readonly complaints: readonly Complaint[];
  /** Whether a syntax fault leaves doubt about what the file says. */
  readonly broken: boolean;
  /** Whether a top-level key can be relied upon: another one follows it before the first syntax fault, or there is none. */
  readonly reliable: (key: string) => boolean;
  readonly locate: (path: Path, on: 'key' | 'value') => Position;
  /** First word of a comment right after this key: `channel: #alerts` is an empty channel. */
  readonly commentAfter: (path: Path) => string | undefined;
}

/** A definition is read by people; a larger file is something else. Characters. */
const LARGEST = 262_144;
/** Aliases may repeat what they point to, which may repeat …; this many resolutions are plenty for a definition. */
const MOST_ALIASES = 100;

const CURES: Readonly<Record<string, readonly [message: string | null, cure: string]>> = {
  TAB_AS_INDENT: ['A tab is used for indentation', 'Indent with spaces'],
  BAD_INDENT: [null, 'Let the keys of one mapping begin in the same column, and close every bracket'],
  DUPLICATE_KEY: ['This key stands twice in the same mapping', 'Keep one of the two'],
  BLOCK_AS_IMPLICIT_KEY: [null, 'Put a text that holds a colon into quotes, and begin nested keys on a new line'],
  MULTILINE_IMPLICIT_KEY: [null, 'Is a colon missing after a key? A text over several lines needs quotes'],
  MISSING_CHAR: [null, 'Close every quote and bracket; put a comma between the items of a bracketed list'],
  BAD_SCALAR_START: [null, 'Put the value into quotes'],
  BAD_DQ_ESCAPE: [null, 'Write a backslash in double quotes twice, or use single quotes'],
  MULTIPLE_DOCS: ['There is more than one document in the file', 'Give each model a file of its own'],
  TAG_RESOLVE_FAILED: [null, 'Leave the tag out; a value that begins with ! needs quotes'],
};

/** Faults after which the rest of the tree still means what it says. */
const HARMLESS = new Set(['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED', 'BAD_ALIAS']);

function syntaxComplaints(errors: readonly YAMLError[], lines: LineCounter): Complaint[] {
  const seen = new Set<number>();
  const complaints: Complaint[] = [];
  for (const error of errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    // One slip often makes the parser stumble several times in a line; the first stumble names it best.
    if (seen.has(line)) continue;
    seen.add(line);
    const [message, cure] = CURES[error.code] ?? [null, 'Compare the line with the examples in docs/definition.md'];
    complaints.push({ path: [], position: { line, column: col }, message: message ?? error.message, cure });
  }
  return complaints;
}

/**
 * Pairs that have no plain form: keys that would not survive as keys of an object, and aliases without an anchor. They
 * are taken out of the document, so that the rest can be read.
 */
function removeUnreadable(document: Document, lines: LineCounter): Complaint[] {
  const complaints: Complaint[] = [];
  const complain = (node: unknown, message: string, cure: string): typeof visit.REMOVE => {
    const { line, col } = lines.linePos(isNode(node) ? (node.range?.[0] ?? 0) : 0);
    complaints.push({ path: [], position: { line, column: col }, message, cure });
    return visit.REMOVE;
  };
  const [aliasMessage, aliasCure] = ['This alias has no anchor before it', 'A value that begins with * needs quotes'];
  visit(document, {
    Pair(_, { key, value }: Pair) {
      if (!isScalar(key) || (typeof key.value !== 'string' && typeof key.value !== 'number')) {
        return complain(key, 'A key must be a text', 'Write `key: value`; put an unusual key into quotes');
      }
      if (key.value === '__proto__') return complain(key, 'The key `__proto__` cannot be used', 'Use another name');
      if (isAlias(value) && value.resolve(document) === undefined) return complain(value, aliasMessage, aliasCure);
      return undefined;
    },
    Alias: (_, alias) => (alias.resolve(document) === undefined ? complain(alias, aliasMessage, aliasCure) : undefined),
  });
  return complaints;
}

function keyText(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : '';
}

function startOf(pair: Pair): number {
  return isNode(pair.key) ? (pair.key.range?.[0] ?? 0) : 0;
}

/** The deepest node that exists on a path, and the key that leads to it. */
function nodeAt(document: Document, path: Path): { key: Node | null; value: Node | null; depth: number } {
  let key: Node | null = null;
  let value: Node | null = document.contents;
  let depth = 0;
  for (const step of path) {
    if (isAlias(value)) value = value.resolve(document) ?? null;
    if (isMap(value)) {
      const pair: Pair | undefined = value.items.find((item) => keyText(item) === String(step));
      if (pair === undefined) break;
      key = isNode(pair.key) ? pair.key : key;
      value = isNode(pair.value) ? pair.value : null;
    } else if (isSeq(value) && typeof step === 'number' && isNode(value.items[step])) {
      value = value.items[step];
      key = value;
    } else break;
    depth += 1;
  }
  return { key, value, depth };
}

/** Reads the text strictly, as YAML 1.2: `yes` and `off` are texts, and only spaces indent. */
export function readYaml(text: string): YamlFile {
  if (text.length > LARGEST) {
    return emptyFile(
      'The file is too large for a definition',
      'A definition has at most 256 KB; is this the right file?',
    );
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: true, version: '1.2' });
  const errors: YAMLError[] = [...document.errors, ...document.warnings];
  const complaints = [...syntaxComplaints(errors, lines), ...removeUnreadable(document, lines)];
  const firstSyntaxFault = Math.min(...document.errors.filter((e) => !HARMLESS.has(e.code)).map((e) => e.pos[0]));
  const read = plainValue(document);
  if (read.complaint !== undefined && complaints.length === 0) complaints.push(read.complaint);

  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  return {
    value: read.value,
    complaints,
    broken: firstSyntaxFault !== Infinity,
    reliable(key) {
      if (firstSyntaxFault === Infinity) return true;
      const starts = isMap(document.contents)
        ? document.contents.items.map((pair: Pair) => [keyText(pair), startOf(pair)] as const)
        : [];
      const at = starts.findIndex(([name]) => name === key);
      const next = at < 0 ? undefined : starts[at + 1];
      return next !== undefined && next[1] <= firstSyntaxFault;
    },
    locate(path, on) {
      const { key, value, depth } = nodeAt(document, path);
      // A collection is pointed at by its key: its own range may begin lines below.
      const node = on === 'key' || depth < path.length || value === null || !isScalar(value) ? (key ?? value) : value;
      return at(node?.range?.[0] ?? 0);
    },
    commentAfter(path) {
      const { key, depth } = nodeAt(document, path);
      const end = key?.range?.[1];
      if (depth < path.length || end === undefined) return undefined;
      return /^:[ \t]+(#\S*)/.exec(text.slice(end, end + 200))?.[1];
    },
  };
}

function plainValue(document: Document): { value: unknown; complaint?: Complaint } {
  try {
    return { value: document.toJS({ maxAliasCount: MOST_ALIASES }) as unknown };
  } catch (error) {
    // The library throws where aliases multiply.
    const message = error instanceof Error ? error.message : 'The aliases cannot be resolved';
    return {
      value: undefined,
      complaint: { path: [], message, cure: 'Write the repeated part out instead of using an alias' },
    };
  }
}

function emptyFile(message: string, cure: string): YamlFile {
  return {
    value: undefined,
    complaints: [{ path: [], message, cure }],
    broken: true,
    reliable: () => false,
    locate: () => ({ line: 1, column: 1 }),
    commentAfter: () => undefined,
  };
}
