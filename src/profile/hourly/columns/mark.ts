/** Short marks of what is long: FNV-1a by G. Fowler, L. Noll and P. Vo. */

import type { FrozenNumeric } from './frozen-bins.js';
import type { FrozenCategory } from './frozen-levels.js';

const BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

function ofText(text: string, from: number): number {
  let hash = from;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), PRIME);
  // Ends the text: "ab", "c" is not "a", "bc".
  return Math.imul(hash ^ 0x10000, PRIME);
}

/** 32 bits of a text, mixed so that texts that differ little lie far apart (the last step of MurmurHash3, by A. Appleby). */
export function textMark(text: string): number {
  let hash = ofText(text, BASIS);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** 32 bits of names, edges and dictionaries. */
export function markOf(columns: ReadonlyMap<string, FrozenNumeric | FrozenCategory>): number {
  let hash = BASIS;
  for (const [name, column] of columns) {
    hash = ofText(column.kind, ofText(name, hash));
    if (column.kind === 'numeric') for (const edge of column.edges) hash = ofText(String(edge), hash);
    else {
      for (const level of column.levels) hash = ofText(level, hash);
      hash = ofText(String(column.places.size), hash);
    }
  }
  return hash >>> 0;
}
