/** Private Pythons with the peers' libraries, made where there is none yet. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Scripts and requirements stand in the checkout, beside the compiled program. */
export const PEERS = fileURLToPath(new URL('../../../bench/peers/', import.meta.url));
const INSTALL_LIMIT_MS = 300_000;

export type Python = { readonly path: string } | { readonly missing: string };

function firstLine(error: unknown): string {
  const text =
    error instanceof Error && 'stderr' in error && error.stderr !== '' ? String(error.stderr) : String(error);
  return text.trim().split('\n').at(-1) ?? '';
}

/**
 * An environment of its own for one file of requirements. Libraries are installed as pip is configured; the environment is
 * used again as long as the pinned versions stay.
 */
export async function privatePython(home: string, name: string, requirements: string): Promise<Python> {
  const folder = join(home, name);
  const path = join(folder, 'bin', 'python');
  const stamp = join(folder, 'requirements.txt');
  const pinned = join(PEERS, requirements);
  const wanted = readFileSync(pinned, 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return { path };
  rmSync(folder, { recursive: true, force: true });
  try {
    await run('python3', ['-m', 'venv', folder], { timeout: INSTALL_LIMIT_MS });
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', pinned];
    await run(path, pip, { timeout: INSTALL_LIMIT_MS });
  } catch (error) {
    return { missing: `no Python with the packages of ${requirements}: ${firstLine(error)}` };
  }
  writeFileSync(stamp, wanted);
  return { path };
}

export const scriptPython = (home: string): Promise<Python> => privatePython(home, 'python', 'requirements.txt');
