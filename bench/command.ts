/** What `npm run bench` and `npm run simulate` have in common: names in, entries out, as a table or as a document. */
import { parseArgs } from 'node:util';
import { entryTable } from './entry-table.js';
import type { Entry } from './entry.js';
import { describeMachine } from './machine.js';

interface Named {
  readonly name: string;
  readonly about: string;
}

interface Flag {
  /** A number is whole and 1 or more. */
  readonly type: 'string' | 'number' | 'boolean';
  /** What stands for its argument in the usage: `FOLDER`. */
  readonly argument?: string;
  readonly about: string;
}

type Values = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Command<Item extends Named> {
  /** `bench`: how npm calls it. */
  readonly script: string;
  /** `benchmark`, and with an s the key of the list in the document. */
  readonly noun: string;
  readonly items: readonly Item[];
  /** Beside `--json`. */
  readonly flags: Readonly<Record<string, Flag>>;
  readonly run: (item: Item, values: Values, say: (line: string) => void) => Promise<readonly Entry[]>;
}

function usageOf<Item extends Named>({ script, items, flags }: Command<Item>): string {
  const all = Object.entries(flags).map(([name, { argument, about }]) => {
    return [`--${name}${argument === undefined ? '' : ` ${argument}`}`, about] as const;
  });
  return `npm run ${script} -- [NAME…] [--json]${all.map(([flag]) => ` [${flag}]`).join('')}

${items.map(({ name, about }) => `  ${name.padEnd(14)} ${about}`).join('\n')}

  --json           one JSON document on standard output, progress on standard error
${all.map(([flag, about]) => `  ${flag.padEnd(16)} ${about}`).join('\n')}`;
}

function valueOf(name: string, { type }: Flag, given: string | boolean | undefined): Values[string] {
  if (type !== 'number' || given === undefined) return given;
  const number = Number(given);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--${name} takes a whole number, 1 or more`);
  return number;
}

interface Chosen<Item> {
  readonly items: readonly Item[];
  readonly json: boolean;
  readonly values: Values;
}

function choose<Item extends Named>({ noun, items, flags }: Command<Item>, args: readonly string[]): Chosen<Item> {
  const parsed = parseArgs({
    args: [...args],
    allowPositionals: true,
    strict: true,
    options: {
      json: { type: 'boolean', default: false },
      ...Object.fromEntries(
        Object.entries(flags).map(([name, { type }]) => [name, { type: type === 'number' ? 'string' : type }]),
      ),
    },
  });
  const { positionals } = parsed;
  const values: Readonly<Record<string, string | boolean | undefined>> = parsed.values;
  for (const name of positionals) {
    if (!items.some((item) => item.name === name)) throw new Error(`there is no ${noun} "${name}"`);
  }
  return {
    items: items.filter(({ name }) => positionals.length === 0 || positionals.includes(name)),
    json: values['json'] === true,
    values: Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, valueOf(name, flag, values[name])])),
  };
}

/** Runs what was asked for; returns the exit status. */
export async function runCommand<Item extends Named>(command: Command<Item>): Promise<number> {
  let chosen: Chosen<Item>;
  try {
    chosen = choose(command, process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usageOf(command)}\n`);
    return 2;
  }
  const machine = describeMachine();
  const entries: Entry[] = [];
  for (const item of chosen.items) {
    const say = (line: string): void => void process.stderr.write(`${item.name}: ${line}\n`);
    entries.push(...(await command.run(item, chosen.values, say)));
  }
  const document = { [`${command.noun}s`]: entries, machine };
  process.stdout.write(chosen.json ? `${JSON.stringify(document, null, 2)}\n` : `\n${entryTable(entries, machine)}\n`);
  return 0;
}
