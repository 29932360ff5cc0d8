// The files of a private stack, all below one home folder.
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of a private server, for its owner's eyes only. */
export function serverFolder(home: string, server: 'temporal' | 'mysql'): string {
  const folder = join(home, 'stack', server);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(join(home, 'stack'), 0o700);
  return folder;
}

/** A reader sees the old file or the new one, never half of it; a kill leaves one of them. */
export function writePrivately(path: string, text: string): void {
  const temporary = `${path}.${String(process.pid)}.tmp`;
  writeFileSync(temporary, text, { mode: 0o600 });
  renameSync(temporary, path);
}

/** The file's text, or null where there is none. */
export function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** The last lines of a log, for a message. */
export function tail(path: string, lines = 8): string {
  const text = readIfThere(path);
  if (text === null || text.trim() === '') return `(nothing in ${path})`;
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}
