/** How far a long command has come: a bar that redraws itself on a terminal, now and then a line everywhere else. */

/** A terminal that understands a return to the beginning of the line. */
export interface Terminal {
  readonly columns: number;
  readonly write: (text: string) => void;
}

/** Told so often that a large file shows life, and seldom enough that it does not scroll away. */
const LINE_EVERY_ROWS = 100_000;
const DRAW_EVERY_MS = 100;
const BAR_WIDTH = 24;

const grouped = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');

function timeText(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const short = `${String(minutes)}:${String(whole % 60).padStart(2, '0')}`;
  return hours === 0 ? short : `${String(hours)}:${short.padStart(5, '0')}`;
}

/** `[#####     ]  52 %  1,240,000 rows  38,000 rows/s  0:31 left` */
export function progressText(rows: number, share: number, rate: number, secondsLeft: number): string {
  const done = Math.min(Math.max(share, 0), 1);
  const bar = '#'.repeat(Math.round(done * BAR_WIDTH)).padEnd(BAR_WIDTH);
  const percent = String(Math.floor(done * 100)).padStart(3);
  const left = Number.isFinite(secondsLeft) ? `  ${timeText(secondsLeft)} left` : '';
  return `[${bar}] ${percent} %  ${grouped(rows)} rows  ${grouped(rate)} rows/s${left}`;
}

export class Progress {
  readonly #terminal: Terminal | null;
  readonly #say: (line: string) => void;
  readonly #now: () => number;
  readonly #begun: { at: number; rows: number; share: number };
  #drawnAt = -Infinity;
  #nextLine = LINE_EVERY_ROWS;
  #drawn = false;

  /** @param begun what an earlier run has done already: it says nothing of this one's speed. */
  constructor(
    { terminal, say, now }: { terminal: Terminal | null; say: (line: string) => void; now: () => number },
    begun = { rows: 0, share: 0 },
  ) {
    this.#terminal = terminal;
    this.#say = say;
    this.#now = now;
    this.#begun = { at: now(), ...begun };
    this.#nextLine = (Math.floor(begun.rows / LINE_EVERY_ROWS) + 1) * LINE_EVERY_ROWS;
  }

  tell(rows: number, share: number): void {
    const now = this.#now();
    if (this.#terminal !== null) {
      if (now - this.#drawnAt < DRAW_EVERY_MS) return;
      this.#drawnAt = now;
      const seconds = (now - this.#begun.at) / 1000;
      const rate = seconds > 0 ? (rows - this.#begun.rows) / seconds : 0;
      const left = (seconds * (1 - share)) / (share - this.#begun.share);
      this.#draw(progressText(rows, share, rate, left));
    } else if (rows >= this.#nextLine) {
      this.#say(`${grouped(rows)} rows, ${String(Math.floor(share * 100))} %`);
      this.#nextLine = (Math.floor(rows / LINE_EVERY_ROWS) + 1) * LINE_EVERY_ROWS;
    }
  }

  /** The line is free again for whatever is said next. */
  end(): void {
    if (this.#drawn) this.#draw('');
    this.#drawn = false;
  }

  #draw(text: string): void {
    const { columns, write } = this.#terminal ?? { columns: 80, write: () => undefined };
    // One character is left free: a full line would wrap, and a return would not lead back to its beginning.
    write(`\r\u001b[K${text.slice(0, Math.max(columns - 1, 0))}`);
    this.#drawn = true;
  }
}
