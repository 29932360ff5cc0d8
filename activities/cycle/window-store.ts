/**
 * Windows that were just read, kept for the activities of the same cycle that run in this process, so that a window is
 * read once and measured several times. Bounded; on another worker the window is read again.
 */
import type { Frame } from '../../src/model/frame.js';

/** Rows kept in all; about 200 bytes a row at 20 columns. */
const ROW_BUDGET = 4_000_000;

export class WindowStore {
  /** Insertion order is age. */
  private readonly frames = new Map<string, Promise<Frame>>();
  private readonly sizes = new Map<string, number>();

  /** The window under this key; concurrent callers share one read. A failed read is not kept. */
  async get(key: string, read: () => Promise<Frame>): Promise<Frame> {
    const known = this.frames.get(key);
    if (known !== undefined) return known;
    const reading = read();
    this.frames.set(key, reading);
    try {
      const frame = await reading;
      this.sizes.set(key, frame.rows);
      this.shrink(key);
      return frame;
    } catch (error) {
      this.drop(key);
      throw error;
    }
  }

  drop(key: string): void {
    this.frames.delete(key);
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
