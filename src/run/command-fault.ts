/** How a command fails: one clear line, a cure, and the exit status. */

/** 1: the command judged and found a breach; 2: wrong use or configuration; 3: a system it needs is unavailable. */
export type FaultStatus = 1 | 2 | 3;

export class CommandFault extends Error {
  readonly status: FaultStatus;
  /** What to do about it; null where the message says it. */
  readonly cure: string | null;
  /** For `--json`: the parts of the fault, where it has some. */
  readonly detail: unknown;

  constructor(
    status: FaultStatus,
    message: string,
    cure: string | null = null,
    more: { detail?: unknown; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'CommandFault';
    this.status = status;
    this.cure = cure;
    this.detail = more.detail ?? null;
  }
}

export const wrongUse = (message: string, cure: string | null = null, detail?: unknown): CommandFault =>
  new CommandFault(2, message, cure, { detail });

export const unavailable = (message: string, cure: string | null = null, cause?: unknown): CommandFault =>
  new CommandFault(3, message, cure, { cause });
