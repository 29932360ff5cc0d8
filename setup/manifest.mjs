// Where set-up keeps things, and the list of the servers it found.
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout this script belongs to. */
export const checkout = dirname(dirname(fileURLToPath(import.meta.url)));

/** Everything private to this checkout lives here; PLUMBLINE_HOME moves it. */
export function homeFolder() {
  const moved = process.env['PLUMBLINE_HOME'];
  return moved === undefined || moved === '' ? join(checkout, '.plumbline') : resolve(moved);
}

/** @param {string} home */
export function toolsFolder(home) {
  return join(home, 'tools');
}

/**
 * @typedef {{ path: string, version: string, from: string }} FoundTool
 * @typedef {Record<string, FoundTool>} Manifest
 */

/**
 * @param {string} home
 * @returns {Manifest}
 */
export function readManifest(home) {
  try {
    const found = JSON.parse(readFileSync(join(toolsFolder(home), 'tools.json'), 'utf8'));
    return typeof found === 'object' && found !== null ? found : {};
  } catch {
    // Missing or cut short by a kill: everything is found anew.
    return {};
  }
}

/**
 * @param {string} home
 * @param {Manifest} manifest
 */
export function writeManifest(home, manifest) {
  mkdirSync(toolsFolder(home), { recursive: true });
  writeWhole(join(toolsFolder(home), 'tools.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

let scratchCount = 0;

/**
 * A new empty folder beside the tools, with a name of its own: a program of a killed run may still be writing into the
 * folder it was given. What killed runs left is cleared.
 * @param {string} home
 */
export function newScratch(home) {
  const tools = toolsFolder(home);
  mkdirSync(tools, { recursive: true });
  for (const name of readdirSync(tools).filter((one) => one.startsWith('scratch-'))) removeQuietly(join(tools, name));
  scratchCount += 1;
  const folder = join(tools, `scratch-${String(process.pid)}-${String(scratchCount)}`);
  mkdirSync(folder);
  return folder;
}

/** @param {string} folder */
export function removeQuietly(folder) {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // Someone is still writing there; a later set-up clears it.
  }
}

/**
 * A reader sees the old file or the new one, never half of it.
 * @param {string} path
 * @param {string} text
 */
export function writeWhole(path, text) {
  const temporary = `${path}.${String(process.pid)}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}
