/** The command line as a function: arguments in, answer printed, exit status out. */
import { Command, CommanderError } from 'commander';
import { CommandFault, wrongUse } from './command-fault.js';
import type { AddCommands, CommandSet, Work } from './command-set.js';
import type { Answer } from './output.js';
import type { Environment } from './stack/address.js';

export interface CommandLineOptions {
  readonly env: Environment;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Columns of the terminal that `err` writes to; absent where it is none. */
  readonly columns?: number;
}

/** Commands that need no server. Asked for by name, they start without loading what the others need. */
const ALONE: Readonly<Record<string, () => Promise<AddCommands>>> = {
  evaluate: async () => (await import('./commands/evaluate.js')).addEvaluateCommand,
};

async function commandsFor(name: string | undefined): Promise<readonly AddCommands[]> {
  const alone = name !== undefined && Object.hasOwn(ALONE, name) ? ALONE[name] : undefined;
  if (alone !== undefined) return [await alone()];
  const { SERVER_COMMANDS } = await import('./server-commands.js');
  return [...SERVER_COMMANDS, ...(await Promise.all(Object.values(ALONE).map((load) => load())))];
}

const EPILOGUE = `
Exit status: 0 done; 1 a breach was found where the command judges; 2 wrong use or configuration;
3 a system it needs is unavailable. Every command takes --json.`;

function printFault(fault: CommandFault, json: boolean, { env, out, err }: CommandLineOptions): void {
  if (json) {
    const { status, message, cure, detail } = fault;
    out(`${JSON.stringify({ error: { status, message, cure, ...(detail === null ? {} : { detail }) } }, null, 2)}\n`);
  } else {
    err(`plumbline: ${fault.message}${fault.cure === null ? '' : `\n  ${fault.cure}`}\n`);
  }
  if (env['PLUMBLINE_DEBUG'] === '1') err(`${(fault.cause instanceof Error ? fault.cause : fault).stack ?? ''}\n`);
}

/** Commander's own words for wrong use, in our form; null for help, which is no fault. */
function usageFault(error: CommanderError): CommandFault | null {
  if (error.exitCode === 0 || error.code === 'commander.help') return null;
  const message = error.message
    .replace(/^error: /, '')
    .split('\n')
    .join(' ');
  return wrongUse(message, 'plumbline help lists the commands, plumbline help COMMAND its options');
}

async function faultOf(error: unknown): Promise<CommandFault> {
  return error instanceof CommandFault ? error : (await import('./command-faults.js')).commandFaultOf(error);
}

function programOf(
  options: CommandLineOptions,
  commands: readonly AddCommands[],
  finished: (answer: Answer) => void,
): Command {
  const program = new Command('plumbline')
    .description('Watches machine-learning models in production and acts when they go wrong.')
    .addHelpText('after', EPILOGUE)
    .helpCommand('help [command]', 'what a command does and takes')
    .exitOverride()
    .configureOutput({ writeOut: options.out, writeErr: options.err, outputError: () => undefined });
  const quiet = (command: Command): Command => command.copyInheritedSettings(program);
  const tell = (answer: Answer, given: readonly unknown[]): void => {
    const json = (given.at(-1) as Command).opts<{ json?: boolean }>().json === true;
    options.out(json ? `${JSON.stringify(answer.data, null, 2)}\n` : answer.text === '' ? '' : `${answer.text}\n`);
    finished(answer);
  };
  const set: CommandSet = {
    group: (name, summary) => {
      const group = quiet(new Command(name).description(summary));
      program.addCommand(group);
      return group;
    },
    command: (name, summary, parent = program) => {
      const command = quiet(new Command(name).description(summary)).option('--json', 'one JSON document');
      parent.addCommand(command);
      return command;
    },
    act:
      (work) =>
      async (...given) => {
        const { createCommandContext } = await import('./command-context.js');
        const { env, err, columns } = options;
        const terminal = columns === undefined ? null : { columns, write: err };
        const context = createCommandContext(env, (line) => err(`${line}\n`), terminal);
        try {
          tell(await (work as Work<readonly unknown[]>)(context, ...given.slice(0, -1)), given);
        } finally {
          await context.close();
        }
      },
    actAlone: (work) => async (given, command) => {
      tell(await work(given), [command]);
    },
  };
  for (const add of commands) add(set);
  return program;
}

/** Runs one command. Never throws: whatever happens is told and becomes a status. */
export async function runCommandLine(args: readonly string[], options: CommandLineOptions): Promise<number> {
  let status: number = 0;
  try {
    const program = programOf(options, await commandsFor(args[0]), (answer) => {
      status = answer.status ?? 0;
    });
    if (args.length === 0) {
      program.outputHelp({ error: true });
      return 2;
    }
    await program.parseAsync([...args], { from: 'user' });
    return status;
  } catch (error) {
    const fault = error instanceof CommanderError ? usageFault(error) : await faultOf(error);
    if (fault === null) return 0;
    printFault(fault, args.includes('--json'), options);
    return fault.status;
  }
}
