/** Faults of the loopback Slack: which calls they strike, and what happens to those. */

export type SlackFaultMode =
  /** 429 with Retry-After, nothing taken. */
  | 'rate limited'
  /** HTTP 500: before the call was carried out, or after. */
  | 'error before'
  | 'error after'
  /** The connection is cut without an answer. */
  | 'drop before'
  | 'drop after'
  /** The connection stays open and no answer comes. */
  | 'hang before'
  | 'hang after'
  /** The right answer, after `delayMs`. */
  | 'slow'
  /** HTTP 200 with `ok: false` and `error`. */
  | 'refuse'
  /** HTTP 200 with a page instead of JSON, as a proxy or a captive portal answers. */
  | 'page';

export interface SlackServerFault {
  /** e.g. `chat.postMessage`; `*` for every method. */
  readonly method: string;
  readonly mode: SlackFaultMode;
  /** How many calls it strikes; default 1. */
  readonly times?: number;
  readonly retryAfterSeconds?: number;
  readonly delayMs?: number;
  readonly error?: string;
}

const MODES: Readonly<Record<SlackFaultMode, true>> = {
  'rate limited': true,
  'error before': true,
  'error after': true,
  'drop before': true,
  'drop after': true,
  'hang before': true,
  'hang after': true,
  slow: true,
  refuse: true,
  page: true,
};

export function isSlackFault(value: unknown): value is SlackServerFault {
  const { method, mode } = (value ?? {}) as { method?: unknown; mode?: unknown };
  return typeof method === 'string' && typeof mode === 'string' && mode in MODES;
}

/** Faults that wait for their calls, in the order in which they were set. */
export class SlackFaults {
  private waiting: { readonly fault: SlackServerFault; left: number }[] = [];

  add(fault: SlackServerFault): void {
    this.waiting.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.waiting = [];
  }

  /** The fault that strikes this call, used up by one. */
  strike(method: string): SlackServerFault | undefined {
    const next = this.waiting.find(({ fault }) => fault.method === '*' || fault.method === method);
    if (next === undefined) return undefined;
    next.left -= 1;
    this.waiting = this.waiting.filter(({ left }) => left > 0);
    return next.fault;
  }
}

const BEFORE: readonly SlackFaultMode[] = [
  ...(['rate limited', 'error before', 'drop before', 'hang before', 'refuse', 'page'] as const),
];

/** True if the call is not carried out. */
export function strikesBefore(fault: SlackServerFault | undefined): boolean {
  return fault !== undefined && BEFORE.includes(fault.mode);
}
