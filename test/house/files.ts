import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const checkout = resolve(import.meta.dirname, '../..');

/** Paths of all files that are, or with the next commit would be, in the repository. */
export function repositoryFiles(): readonly string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const paths = execFileSync('git', args, { cwd: checkout, encoding: 'utf8', maxBuffer: 1 << 26 }).split('\0');
  return [...new Set(paths)].filter((path) => path !== '' && existsSync(join(checkout, path))).sort();
}

/** The file's text, or null if it is no text. */
export function textOf(path: string): string | null {
  const bytes = readFileSync(join(checkout, path));
  return bytes.includes(0) ? null : bytes.toString('utf8');
}
