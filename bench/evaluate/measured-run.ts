/** One run of a program from its start to its end, with what it took. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PEERS } from './python.js';

export interface MeasuredRun {
  /** Wall-clock time of the process, start and imports included. */
  readonly seconds: number;
  /** Most resident memory at any time, the interpreter and libraries included. */
  readonly peakMib: number;
  readonly cpuSeconds: number;
  readonly figures: ReadonlyMap<string, number>;
}

interface Ended {
  readonly seconds: number;
  readonly output: string;
}

/** The program's output; what it says on standard error is told where it fails. */
export function runToEnd(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (piece: Buffer) => out.push(piece));
    child.stderr.on('data', (piece: Buffer) => err.push(piece));
    child.once('error', reject);
    child.once('close', (code) => {
      const seconds = (performance.now() - begun) / 1000;
      const output = Buffer.concat(out).toString();
      if (code === 0) resolve({ seconds, output });
      else reject(new Error(`${program} ended with ${String(code)}: ${Buffer.concat(err).toString() || output}`));
    });
  });
}

/** Files of one case. */
export interface CaseFiles {
  readonly reference: string;
  readonly current: string;
  readonly columns: string;
}

const CLI = fileURLToPath(new URL('../../src/run/cli.js', import.meta.url));
const TELL_USAGE = new URL('./tell-usage.js', import.meta.url).href;

interface Printed {
  readonly figures: ReadonlyArray<{ readonly id: string; readonly value: unknown }>;
}

/** `plumbline evaluate`; `usage` is a file that may be overwritten. */
export async function runEvaluate(files: CaseFiles, usage: string, metrics?: readonly string[]): Promise<MeasuredRun> {
  const { reference, current, columns } = files;
  const args = ['evaluate', '--reference', reference, '--current', current, '--columns', columns, '--json'];
  const asked = metrics === undefined ? [] : ['--metrics', metrics.join(',')];
  const { seconds, output } = await runToEnd(process.execPath, ['--import', TELL_USAGE, CLI, ...args, ...asked], {
    PLUMBLINE_BENCH_USAGE: usage,
  });
  const { figures } = JSON.parse(output) as Printed;
  const numbers = figures.flatMap(({ id, value }) => (typeof value === 'number' ? [[id, value] as const] : []));
  const used = JSON.parse(readFileSync(usage, 'utf8')) as Pick<MeasuredRun, 'peakMib' | 'cpuSeconds'>;
  return { seconds, ...used, figures: new Map(numbers) };
}

interface ScriptOutput {
  readonly cpu_s: number;
  readonly peak_mib: number;
  readonly figures: Readonly<Record<string, number>>;
}

const SCRIPT = join(PEERS, 'script.py');

/** The hand-written script, by the given Python. */
export async function runScript(python: string, { reference, current, columns }: CaseFiles): Promise<MeasuredRun> {
  const { seconds, output } = await runToEnd(python, [SCRIPT, reference, current, columns]);
  const { cpu_s: cpuSeconds, peak_mib: peakMib, figures } = JSON.parse(output) as ScriptOutput;
  return { seconds, cpuSeconds, peakMib, figures: new Map(Object.entries(figures)) };
}
