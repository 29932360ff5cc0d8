/** What the files of `commands/` are given to add their commands. */
import type { Command } from 'commander';
import type { CommandContext } from './command-context.js';
import type { Answer } from './output.js';

/** A command's work: its context, its arguments, then its options. */
export type Work<A extends readonly unknown[]> = (context: CommandContext, ...args: A) => Promise<Answer>;

export interface CommandSet {
  /** A command with `--json`; nested below `parent` if given. */
  readonly command: (name: string, summary: string, parent?: Command) => Command;
  readonly group: (name: string, summary: string) => Command;
  /** Turns work into what commander calls; the answer is printed, the connections are closed. */
  readonly act: <A extends readonly unknown[]>(work: Work<A>) => (...args: readonly unknown[]) => Promise<void>;
  /** The same for work that needs neither servers nor settings. */
  readonly actAlone: <O>(work: (options: O) => Promise<Answer>) => (options: O, command: Command) => Promise<void>;
}

export type AddCommands = (set: CommandSet) => void;
