/** YAML for people to go on with: a comment beside each line. Only the few forms that a definition needs. */

/** Words that YAML 1.1 or 1.2 reads as something else than a text. */
const OTHERWISE = /^(y|n|yes|no|on|off|true|false|null|~)$/i;

/** A text as a YAML scalar; quoted unless nothing could be read otherwise. */
export function scalar(text: string): string {
  const plain = /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(text) && !OTHERWISE.test(text);
  if (plain) return text;
  // Single quotes keep everything but themselves; control characters and line ends need the other kind.
  return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text) ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`;
}

export const flowList = (items: readonly string[]): string => `[${items.map(scalar).join(', ')}]`;

export function flowMap(entries: Readonly<Record<string, string>>): string {
  const parts = Object.entries(entries).map(([key, value]) => `${scalar(key)}: ${value}`);
  return `{ ${parts.join(', ')} }`;
}

/** One line with its comment; comments hold no line end, whatever a name in them holds. */
export function line(indent: number, text: string, comment?: string): string {
  const body = `${' '.repeat(indent)}${text}`;
  return comment === undefined ? body : `${body} # ${oneLineComment(comment)}`;
}

const oneLineComment = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');

/** A comment of whole lines, broken at about 110 characters. */
export function comment(indent: number, text: string): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of oneLineComment(text).split(/ (?!%)/)) {
    if (current !== '' && current.length + word.length > 108 - indent) {
      lines.push(current);
      current = word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current].map((one) => line(indent, `# ${one}`));
}
