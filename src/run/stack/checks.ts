// What `plumbline doctor` looks at. Each check answers in lines of its own and never throws; more are added to the list.
import { spawnSync } from 'node:child_process';
import type { Environment, StackServers } from './address.js';
import { hasOwnTemporal, ownMysqlUrl } from './address.js';
import type { ToolName } from './tools.js';
import { findTool } from './tools.js';

export interface CheckResult {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, in one line, without secrets. */
  readonly detail: string;
  /** What to do about it; only where it is not ok. */
  readonly cure?: string;
}

export interface CheckContext {
  readonly home: string;
  readonly env: Environment;
  readonly servers: StackServers;
}

export type Check = (context: CheckContext) => Promise<readonly CheckResult[]>;

/** A fault as one line. */
export function reasonOf(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  const code = (fault as NodeJS.ErrnoException).code;
  const text = fault.message === '' ? (code ?? fault.name) : fault.message;
  return text.split('\n')[0] ?? text;
}

/** Runs the checks in their order; one that fails in an unforeseen way is itself a finding. */
export async function runChecks(checks: readonly Check[], context: CheckContext): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    try {
      results.push(...(await check(context)));
    } catch (fault) {
      results.push({
        name: check.name,
        ok: false,
        detail: reasonOf(fault),
        cure: 'this check itself failed: report it',
      });
    }
  }
  return results;
}

const leastNode: readonly [number, number] = [20, 20];

function checkNodeVersion(version: string): CheckResult {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const ok = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1]);
  const cure = ok ? {} : { cure: `install Node ${leastNode.join('.')} or newer` };
  return { name: 'node', ok, detail: `Node ${version}`, ...cure };
}

function checkPlatform(): CheckResult {
  const name = `${process.platform} ${process.arch}`;
  const isSupported = ['linux', 'darwin'].includes(process.platform) && ['x64', 'arm64'].includes(process.arch);
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  const isMusl = process.platform === 'linux' && report.header?.glibcVersionRuntime === undefined;
  if (isSupported && !isMusl) return { name: 'platform', ok: true, detail: name };
  const cure = 'use Debian or Ubuntu (on Windows: WSL2), or macOS; on x64 or arm64, with glibc';
  return { name: 'platform', ok: false, detail: isMusl ? `${name} with musl` : name, cure };
}

/** Node and the system it runs on. */
export function checkMachine(): Promise<readonly CheckResult[]> {
  return Promise.resolve([checkNodeVersion(process.versions.node), checkPlatform()]);
}

function checkTool(tool: ToolName, context: CheckContext): CheckResult {
  const name = `program ${tool}`;
  try {
    const path = findTool(tool, context.home, context.env);
    const args = tool === 'mysqld' ? ['--no-defaults', '--version'] : ['--version'];
    const { status, stdout, error } = spawnSync(path, args, { encoding: 'utf8', timeout: 10_000 });
    if (status === 0) return { name, ok: true, detail: stdout.trim().replace(/^\S*\//, '') };
    const detail = `${path} does not start${error === undefined ? '' : `: ${error.message}`}`;
    return { name, ok: false, detail, cure: 'delete it and run: node setup/setup.mjs' };
  } catch (fault) {
    return { name, ok: false, detail: reasonOf(fault), cure: 'run: node setup/setup.mjs' };
  }
}

/** The programs that private servers need; none where the user's own servers are used. */
export function checkTools(context: CheckContext): Promise<readonly CheckResult[]> {
  const needed: ToolName[] = [];
  if (!hasOwnTemporal(context.env)) needed.push('temporal');
  if (ownMysqlUrl(context.env) === null) needed.push('mysqld');
  return Promise.resolve(needed.map((tool) => checkTool(tool, context)));
}

/** Whether the private servers run, where no server of the user's own takes their place. */
export function checkStackRuns({ servers }: CheckContext): Promise<readonly CheckResult[]> {
  const name = 'stack';
  const down = [
    ...(servers.temporal === null ? ['the private Temporal server'] : []),
    ...(servers.mysqlUrl === null ? ['the private database'] : []),
  ];
  if (down.length === 0) return Promise.resolve([{ name, ok: true, detail: 'servers are known' }]);
  const detail = `${down.join(' and ')} ${down.length === 1 ? 'does' : 'do'} not run`;
  return Promise.resolve([{ name, ok: false, detail, cure: 'run: plumbline up' }]);
}
