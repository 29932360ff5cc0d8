/** `npm run bench -- [NAME…] [--json]`: the numbers that this project holds itself to, measured here and now. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readSettings } from '../src/run/settings.js';
import type { Benchmark } from './benchmark.js';
import { cycleBenchmark } from './cycle.js';
import { entryTable } from './entry-table.js';
import type { Entry } from './entry.js';
import { evaluateBenchmark } from './evaluate.js';
import { describeMachine } from './machine.js';

const BENCHMARKS: readonly Benchmark[] = [cycleBenchmark, evaluateBenchmark];

const USAGE = `npm run bench -- [NAME…] [--json] [--profile FOLDER]

${BENCHMARKS.map(({ name, about }) => `  ${name.padEnd(14)} ${about}`).join('\n')}

  --json           one JSON document on standard output, progress on standard error
  --profile FOLDER leave CPU profiles of the measured worker there; the numbers are then slower`;

interface Options {
  readonly chosen: readonly Benchmark[];
  readonly json: boolean;
  readonly profiles: string | null;
}

function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    strict: true,
    options: { json: { type: 'boolean', default: false }, profile: { type: 'string' } },
  });
  for (const name of positionals) {
    if (!BENCHMARKS.some((benchmark) => benchmark.name === name)) throw new Error(`there is no benchmark "${name}"`);
  }
  return {
    chosen: BENCHMARKS.filter(({ name }) => positionals.length === 0 || positionals.includes(name)),
    json: values.json,
    profiles: values.profile === undefined ? null : resolve(values.profile),
  };
}

async function main(): Promise<number> {
  let options: Options;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
    return 2;
  }
  const home = join(readSettings().home, 'bench');
  mkdirSync(home, { recursive: true });
  const machine = describeMachine();
  const entries: Entry[] = [];
  for (const benchmark of options.chosen) {
    const say = (line: string): void => void process.stderr.write(`${benchmark.name}: ${line}\n`);
    entries.push(...(await benchmark.run({ home, profiles: options.profiles, say })));
  }
  const document = { benchmarks: entries, machine };
  process.stdout.write(options.json ? `${JSON.stringify(document, null, 2)}\n` : `\n${entryTable(entries, machine)}\n`);
  return 0;
}

process.exit(await main());
