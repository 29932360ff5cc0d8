/** Sends predictions and labels to `plumbline serve`: in batches, in order, each row until it is stored. No dependencies. */
import {
  labelRow,
  predictionRow,
  type Instant,
  type Label,
  type Outcome,
  type Prediction,
  type SentRow,
} from './rows.js';
import { NotSent, Sender, type RowFault, type SenderOptions } from './sender.js';

export { NotSent, type Instant, type Label, type Outcome, type Prediction, type RowFault, type SentRow };

export interface ClientOptions {
  /** Of the endpoint: `https://plumbline.example.org`. */
  readonly url: string;
  readonly model: string;
  readonly token: string;
  /** A row that can never be stored, and why. Nothing else tells of it, so it has to be given. */
  readonly onRefused: (row: SentRow, faults: readonly RowFault[]) => void;
  /** Rows of a request. */
  readonly batchRows?: number;
  /** How long a row waits for others. */
  readonly waitMs?: number;
  /** Rows that may wait while the endpoint is away; beyond them logging waits too. */
  readonly mostWaiting?: number;
  /** How long one batch is tried; then its rows stay, and logging or `flush` throws. */
  readonly giveUpMs?: number;
}

const DEFAULTS = { batchRows: 500, waitMs: 1_000, mostWaiting: 50_000, giveUpMs: 900_000 };
const AFTER_FAULT_MS = 30_000;

export class PlumblineClient {
  readonly #predictions: Sender;
  readonly #labels: Sender;
  readonly #limits: typeof DEFAULTS;
  #timer: NodeJS.Timeout | null = null;
  #inBackground = false;
  /** After a fault, until the next try: a row more is no reason to ask again at once. */
  #resting = false;

  constructor(options: ClientOptions) {
    this.#limits = { ...DEFAULTS, ...options };
    const { token, onRefused } = options;
    const base = `${options.url.replace(/\/+$/, '')}/v1/models/${encodeURIComponent(options.model)}`;
    const { batchRows, giveUpMs } = this.#limits;
    const common: Omit<SenderOptions, 'url'> = { token, onRefused, batchRows, giveUpMs };
    this.#predictions = new Sender({ ...common, url: `${base}/predictions` });
    this.#labels = new Sender({ ...common, url: `${base}/labels` });
  }

  /** What a model said and, in `label`, what was true where that is known. Waits only while too many rows wait. */
  async logPredictions(rows: readonly Prediction[]): Promise<void> {
    if (this.#isFull()) await this.#makeRoom();
    for (const row of rows) {
      this.#predictions.add(predictionRow(row));
      const { id, time, label } = row;
      if (label !== undefined) this.#labels.add(labelRow({ id, time, label }));
    }
    this.#sendSoon();
  }

  /** What turned out to be true of predictions that were logged before, with their `id` and `time`. */
  async logLabels(rows: readonly Label[]): Promise<void> {
    if (this.#isFull()) await this.#makeRoom();
    for (const row of rows) this.#labels.add(labelRow(row));
    this.#sendSoon();
  }

  /** Sends all that waits. Throws `NotSent` where that cannot be done; the rows then still wait. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#resting = false;
    // Predictions first, so that their labels find them.
    await this.#predictions.sendUntil(1);
    await this.#labels.sendUntil(1);
  }

  get #waiting(): number {
    return Math.max(this.#predictions.waiting, this.#labels.waiting);
  }

  #isFull(): boolean {
    return this.#waiting >= this.#limits.mostWaiting;
  }

  async #makeRoom(): Promise<void> {
    await this.#predictions.sendUntil(this.#limits.mostWaiting);
    await this.#labels.sendUntil(this.#limits.mostWaiting);
  }

  #sendSoon(): void {
    const { batchRows, waitMs } = this.#limits;
    if (this.#inBackground || this.#resting || this.#waiting === 0) return;
    if (this.#waiting >= batchRows) void this.#send();
    else this.#timer ??= setTimeout(() => void this.#send(), waitMs);
  }

  /** What fails here fails again at the next `flush`, or when too many rows wait, and is told there. */
  async #send(): Promise<void> {
    this.#inBackground = true;
    try {
      await this.flush();
    } catch (error) {
      if (!(error instanceof NotSent)) throw error;
      this.#resting = true;
      this.#timer ??= setTimeout(() => void this.#send(), AFTER_FAULT_MS);
    } finally {
      this.#inBackground = false;
    }
    this.#sendSoon();
  }
}
