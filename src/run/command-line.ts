/** The command line as a function: arguments in, answer printed, exit status out. */
import { Command, CommanderError } from 'commander';
import { addActingCommands } from './commands/acting.js';
import { addApplyCommand } from './commands/apply.js';
import { addDecideCommands } from './commands/decide.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addIngestCommand } from './commands/ingest.js';
import { addMetricsCommand } from './commands/metrics.js';
import { addNotifyCommands } from './commands/notify.js';
import { addPeopleCommands } from './commands/people.js';
import { addReplayCommand } from './commands/replay.js';
import { addRhythmCommands } from './commands/rhythm.js';
import { addRunCommands } from './commands/run.js';
import { addShowCommand } from './commands/show.js';
import { addStackCommands } from './commands/stack.js';
import { addStandingCommands } from './commands/standing.js';
import { addVersionCommands } from './commands/versions.js';
import { addWhyCommand } from './commands/why.js';
import { addWorkerCommand } from './commands/worker.js';
import { createCommandContext } from './command-context.js';
import { commandFaultOf, wrongUse, type CommandFault } from './command-faults.js';
import type { CommandSet, Work } from './command-set.js';
import type { Answer } from './output.js';
import type { Environment } from './stack/address.js';

export interface CommandLineOptions {
  readonly env: Environment;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const ADD: readonly ((set: CommandSet) => void)[] = [
  ...[addStackCommands, addDoctorCommand, addApplyCommand, addRhythmCommands, addRunCommands],
  ...[addStandingCommands, addShowCommand, addWhyCommand, addDecideCommands, addPeopleCommands],
  ...[addActingCommands, addVersionCommands, addNotifyCommands, addIngestCommand, addWorkerCommand],
  ...[addReplayCommand, addMetricsCommand],
];

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

function programOf(options: CommandLineOptions, finished: (answer: Answer) => void): Command {
  const program = new Command('plumbline')
    .description('Watches machine-learning models in production and acts when they go wrong.')
    .addHelpText('after', EPILOGUE)
    .helpCommand('help [command]', 'what a command does and takes')
    .exitOverride()
    .configureOutput({ writeOut: options.out, writeErr: options.err, outputError: () => undefined });
  const quiet = (command: Command): Command => command.copyInheritedSettings(program);
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
        const args = given.slice(0, -1);
        const json = (given.at(-1) as Command).opts<{ json?: boolean }>().json === true;
        const context = createCommandContext(options.env, (line) => options.err(`${line}\n`));
        try {
          const answer = await (work as Work<readonly unknown[]>)(context, ...args);
          options.out(
            json ? `${JSON.stringify(answer.data, null, 2)}\n` : answer.text === '' ? '' : `${answer.text}\n`,
          );
          finished(answer);
        } finally {
          await context.close();
        }
      },
  };
  for (const add of ADD) add(set);
  return program;
}

/** Runs one command. Never throws: whatever happens is told and becomes a status. */
export async function runCommandLine(args: readonly string[], options: CommandLineOptions): Promise<number> {
  let status: number = 0;
  const program = programOf(options, (answer) => {
    status = answer.status ?? 0;
  });
  try {
    if (args.length === 0) {
      program.outputHelp({ error: true });
      return 2;
    }
    await program.parseAsync([...args], { from: 'user' });
    return status;
  } catch (error) {
    const fault = error instanceof CommanderError ? usageFault(error) : commandFaultOf(error);
    if (fault === null) return 0;
    printFault(fault, args.includes('--json'), options);
    return fault.status;
  }
}
