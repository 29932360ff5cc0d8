// Where the programs of the private servers are: environment, then what set-up found, then PATH.
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import type { Environment } from './address.js';
import { readIfThere } from './files.js';

export type ToolName = 'temporal' | 'temporal-test-server' | 'mysqld';

const variables: Readonly<Record<ToolName, string>> = {
  temporal: 'TEMPORAL_CLI_PATH',
  'temporal-test-server': 'TEMPORAL_TEST_SERVER_PATH',
  mysqld: 'PLUMBLINE_MYSQLD',
};

/** A program that is needed is not there; `tried` has one line for each place that was looked at. */
class ToolMissing extends Error {
  readonly tool: ToolName;
  readonly tried: readonly string[];

  constructor(tool: ToolName, tried: readonly string[]) {
    const places = tried.map((line) => `  - ${line}`).join('\n');
    super(`The program ${tool} was not found. Looked at:\n${places}\nGet it with: node setup/setup.mjs`);
    this.name = 'ToolMissing';
    this.tool = tool;
    this.tried = tried;
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The folder that holds everything private to a checkout: PLUMBLINE_HOME, or `.plumbline` in the working folder or the
 * nearest folder above that has one (so that commands work in subfolders too). */
function defaultHome(env: Environment, workingFolder: string): string {
  const moved = env['PLUMBLINE_HOME'];
  if (moved !== undefined && moved !== '') return resolve(workingFolder, moved);
  for (let folder = resolve(workingFolder); ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.plumbline'))) return join(folder, '.plumbline');
    if (folder === dirname(folder)) return join(workingFolder, '.plumbline');
  }
}

function fromManifest(home: string, tool: ToolName): string | null {
  const text = readIfThere(join(home, 'tools', 'tools.json'));
  if (text === null) return null;
  try {
    const found = (JSON.parse(text) as Partial<Record<string, { path?: unknown }>>)[tool]?.path;
    return typeof found === 'string' ? found : null;
  } catch {
    return null;
  }
}

function fromPath(env: Environment, names: readonly string[]): string | null {
  for (const folder of [...(env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']) {
    if (folder === '') continue;
    const found = names.map((name) => join(folder, name)).find(isProgram);
    if (found !== undefined) return found;
  }
  return null;
}

/** Path of the program. Throws ToolMissing. */
export function findTool(tool: ToolName, home: string, env: Environment): string {
  const variable = variables[tool];
  const named = env[variable];
  if (named !== undefined && named !== '') {
    // A variable that the user set decides; taking another program silently would hide the mistake.
    if (isProgram(named)) return named;
    throw new ToolMissing(tool, [`environment variable ${variable}: ${named} is not a program`]);
  }
  const tried = [`environment variable ${variable}: not set`];
  for (const place of new Set([home, defaultHome(env, process.cwd())])) {
    const path = fromManifest(place, tool);
    if (path !== null && isProgram(path)) return path;
    const manifest = join(place, 'tools', 'tools.json');
    tried.push(path === null ? `${manifest}: does not name it` : `${manifest}: names ${path}, which is gone`);
  }
  if (env['PLUMBLINE_SERVERS'] === 'own') {
    tried.push('PATH: skipped, as PLUMBLINE_SERVERS=own asks');
  } else {
    const found = fromPath(env, tool === 'mysqld' ? ['mariadbd', 'mysqld'] : [tool]);
    if (found !== null) return found;
    tried.push('PATH: not there');
  }
  throw new ToolMissing(tool, tried);
}
