/** One queue of rows, sent in their order, one request at a time, again and again until the endpoint has them. */
import type { SentRow } from './rows.js';

export interface RowFault {
  readonly field: string;
  readonly message: string;
  readonly cure: string;
}

/** Why rows could not be handed over; they stay in the queue. */
export class NotSent extends Error {
  /** Status of the last answer; null where there was none. */
  readonly status: number | null;

  constructor(message: string, status: number | null, cause?: unknown) {
    super(message, { cause });
    this.name = 'NotSent';
    this.status = status;
  }
}

export interface SenderOptions {
  readonly url: string;
  readonly token: string;
  readonly batchRows: number;
  readonly giveUpMs: number;
  readonly onRefused: (row: SentRow, faults: readonly RowFault[]) => void;
}

interface Told {
  readonly error?: {
    readonly message?: string;
    readonly cure?: string;
    readonly faults?: readonly (RowFault & { readonly index: number })[];
  };
}

/** Nothing is wrong with the rows: the endpoint, its database or the way to it is busy, broken or being replaced. */
const PASSING = new Set([408, 429, 500, 502, 503, 504]);
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;
/** For an answer; the endpoint itself gives up after half of it. */
const ANSWER_MS = 60_000;

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** As the endpoint asks; else twice as long each time, and never at the same moment as all others. */
function waitOf(answer: Response | null, attempt: number): number {
  const asked = Number(answer?.headers.get('retry-after') ?? NaN) * 1000;
  if (Number.isFinite(asked) && asked >= 0) return Math.min(asked, LONGEST_WAIT_MS) + Math.random() * 250;
  return Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS) * (0.5 + Math.random() / 2);
}

export class Sender {
  readonly #options: SenderOptions;
  #rows: SentRow[] = [];
  #sending: Promise<void> | null = null;
  #largest: number;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#largest = options.batchRows;
  }

  get waiting(): number {
    return this.#rows.length;
  }

  add(row: SentRow): void {
    this.#rows.push(row);
  }

  /** Sends until fewer rows than this wait. Throws `NotSent`; the rows then still wait. */
  async sendUntil(fewer: number): Promise<void> {
    while (this.#rows.length >= fewer && this.#rows.length > 0) {
      this.#sending ??= this.#sendBatch().finally(() => {
        this.#sending = null;
      });
      await this.#sending;
    }
  }

  /** A second row of one id goes into the next request: of two in one, nobody can say which is the later. */
  #nextBatch(): readonly SentRow[] {
    const ids = new Set<string>();
    for (const row of this.#rows) {
      if (ids.size === this.#largest || ids.has(row.id)) break;
      ids.add(row.id);
    }
    return this.#rows.slice(0, ids.size);
  }

  async #sendBatch(): Promise<void> {
    const batch = this.#nextBatch();
    const { answer, told } = await this.#ask(batch);
    if (answer.ok) {
      this.#rows = this.#rows.slice(batch.length);
      this.#largest = this.#options.batchRows;
    } else if (answer.status === 422) this.#takeOut(batch, told);
    else if (answer.status === 413 && batch.length > 1) this.#largest = Math.ceil(batch.length / 2);
    else if (answer.status === 413) {
      const { message = 'the row is too large', cure = 'send less in a row' } = told.error ?? {};
      this.#takeOut(batch, { error: { faults: [{ index: 0, field: '', message, cure }] } });
    } else throw notSent(answer.status, told);
  }

  /** Rows that can never be stored are given back; the others of the batch go on. */
  #takeOut(batch: readonly SentRow[], told: Told): void {
    const faults = told.error?.faults ?? [];
    if (faults.length === 0) throw notSent(422, told);
    const refused = new Set(faults.map(({ index }) => index));
    this.#rows = [...batch.filter((_, index) => !refused.has(index)), ...this.#rows.slice(batch.length)];
    for (const index of refused) {
      const row = batch[index];
      if (row !== undefined)
        this.#options.onRefused(
          row,
          faults.filter((fault) => fault.index === index),
        );
    }
  }

  /** The first answer that is not passing. The same rows are sent each time; their ids make that harmless. */
  async #ask(batch: readonly SentRow[]): Promise<{ answer: Response; told: Told }> {
    const { url, token, giveUpMs } = this.#options;
    const body = JSON.stringify(batch);
    const until = Date.now() + giveUpMs;
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    for (let attempt = 0; ; attempt += 1) {
      let answer: Response | null = null;
      let told: Told = {};
      let fault: unknown;
      try {
        answer = await fetch(url, {
          method: 'POST',
          body,
          headers,
          redirect: 'error',
          signal: AbortSignal.timeout(ANSWER_MS),
        });
        told = await toldBy(answer);
      } catch (error) {
        fault = error;
      }
      if (answer !== null && fault === undefined && !PASSING.has(answer.status)) return { answer, told };
      const wait = waitOf(answer, attempt);
      if (Date.now() + wait > until) throw notSent(answer?.status ?? null, told, fault);
      await pause(wait);
    }
  }
}

async function toldBy(answer: Response): Promise<Told> {
  const text = await answer.text();
  try {
    return JSON.parse(text) as Told;
  } catch {
    // A page of something between us and the endpoint.
    return {};
  }
}

function notSent(status: number | null, { error = {} }: Told, cause?: unknown): NotSent {
  const { message = status === null ? 'the endpoint cannot be reached' : `status ${String(status)}`, cure } = error;
  return new NotSent(`rows could not be sent: ${message}${cure === undefined ? '' : `; ${cure}`}`, status, cause);
}
