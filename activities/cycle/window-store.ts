/**
 * Windows that were just read, kept for the activities of the same cycle that run in this process, so that a window is
 * read once and measured several times. Bounded; on another worker the window is read again.
 */

/** Rows kept in all; about 200 bytes a row at 20 columns. */
const ROW_BUDGET = 4_000_000;

export class WindowStore<Kept> {
  /** Insertion order is age. */
  private readonly windows = new Map<string, Promise<Kept>>();
  private readonly sizes = new Map<string, number>();
  private readonly sizeOf: (kept: Kept) => number;

  /** `sizeOf` tells how many rows something takes as much memory as. */
  constructor(sizeOf: (kept: Kept) => number) {
    this.sizeOf = sizeOf;
  }

  /** The window under this key; concurrent callers share one read. A failed read is not kept. */
  async get(key: string, read: () => Promise<Kept>): Promise<Kept> {
    const known = this.windows.get(key);
    if (known !== undefined) return known;
    const reading = read();
    this.windows.set(key, reading);
    try {
      const kept = await reading;
      this.sizes.set(key, this.sizeOf(kept));
      this.shrink(key);
      return kept;
    } catch (error) {
      this.drop(key);
      throw error;
    }
  }

  drop(key: string): void {
    this.windows.delete(key);
    this.sizes.delete(key);
  }

  private shrink(keep: string): void {
    let rows = 0;
    for (const size of this.sizes.values()) rows += size;
    for (const [key, size] of [...this.sizes]) {
      if (rows <= ROW_BUDGET) return;
      if (key === keep) continue;
      this.drop(key);
      rows -= size;
    }
  }
}
