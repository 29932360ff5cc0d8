/** `npm run simulate -- [NAME…] [--json] [--quick]`: how rules and estimates behave on seeded data whose truth is known. */
import { parseArgs } from 'node:util';
import { entryTable } from './entry-table.js';
import type { Entry } from './entry.js';
import { describeMachine } from './machine.js';
import { alarmsSimulation } from './simulation/alarms.js';
import { cbpeSimulation } from './simulation/cbpe.js';
import type { Simulation } from './simulation/simulation.js';

const SIMULATIONS: readonly Simulation[] = [alarmsSimulation, cbpeSimulation];

const USAGE = `npm run simulate -- [NAME…] [--json] [--quick]

${SIMULATIONS.map(({ name, about }) => `  ${name.padEnd(14)} ${about}`).join('\n')}

  --json   one JSON document on standard output, progress on standard error
  --quick  a tenth of the repetitions: a look, not a result`;

interface Options {
  readonly chosen: readonly Simulation[];
  readonly json: boolean;
  readonly quick: boolean;
}

function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    strict: true,
    options: { json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } },
  });
  for (const name of positionals) {
    if (!SIMULATIONS.some((simulation) => simulation.name === name)) {
      throw new Error(`there is no simulation "${name}"`);
    }
  }
  return {
    chosen: SIMULATIONS.filter(({ name }) => positionals.length === 0 || positionals.includes(name)),
    json: values.json,
    quick: values.quick,
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
  const machine = describeMachine();
  const entries: Entry[] = [];
  for (const simulation of options.chosen) {
    const say = (line: string): void => void process.stderr.write(`${simulation.name}: ${line}\n`);
    entries.push(...(await simulation.run({ say, quick: options.quick })));
  }
  const document = { simulations: entries, machine };
  process.stdout.write(options.json ? `${JSON.stringify(document, null, 2)}\n` : `\n${entryTable(entries, machine)}\n`);
  return 0;
}

process.exit(await main());
