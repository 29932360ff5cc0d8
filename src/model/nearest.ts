/** "Did you mean …?": the known name that is most like a mistyped one. */

/** Number of insertions, deletions, replacements and swaps of neighbours that turn one text into the other. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforePrevious[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    beforePrevious = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/** Capitals and the choice between `-`, `_` and space are no difference worth counting. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_ ]/g, '');
}

/** The most similar known name, if at most a third of the letters differ (at least one, at most three). */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const wanted = plain(name.slice(0, 100));
  let best: string | undefined;
  let bestDistance = Math.min(3, Math.max(1, Math.floor(wanted.length / 3))) + 1;
  for (const candidate of known) {
    const distance = editDistance(wanted, plain(candidate));
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Up to twenty names for a message: `a`, `b` and 3 more. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => `\`${name}\``);
  const more = names.length - shown.length;
  return shown.length === 0 ? 'none' : shown.join(', ') + (more > 0 ? ` and ${String(more)} more` : '');
}

/** The cure for an unknown name. */
export function didYouMean(name: string, known: readonly string[], kind: string): string {
  const guess = nearest(name, known);
  return guess === undefined ? `${kind}: ${listNames(known)}` : `Did you mean \`${guess}\`?`;
}

/** The same for a message that goes on. */
export function didYouMeanSentence(name: string, known: readonly string[], kind: string): string {
  const text = didYouMean(name, known, kind);
  return text.endsWith('?') ? text : `${text}.`;
}
