/**
 * Figures of windows that were just measured, kept until the same process judges them. Small windows are not parked in
 * MySQL as well: should another process judge, it measures them again sooner than it would write and read the figures.
 */
import type { Figure } from '../../src/model/figure.js';
import type { MeasureTask } from '../contract.js';

/** Figures kept in all; about 300 bytes each. */
const FIGURE_BUDGET = 300_000;

type Part = MeasureTask['part'];

export class FigureStore {
  /** Insertion order is age. */
  private readonly parts = new Map<string, readonly Figure[]>();
  private count = 0;

  put(model: string, digest: string, part: Part, figures: readonly Figure[]): void {
    this.drop(model, digest, part);
    this.parts.set(keyOf(model, digest, part), figures);
    this.count += figures.length;
    for (const [key, kept] of this.parts) {
      if (this.count <= FIGURE_BUDGET || kept === figures) return;
      this.parts.delete(key);
      this.count -= kept.length;
    }
  }

  get(model: string, digest: string, part: Part): readonly Figure[] | undefined {
    return this.parts.get(keyOf(model, digest, part));
  }

  drop(model: string, digest: string, part: Part): void {
    const key = keyOf(model, digest, part);
    this.count -= this.parts.get(key)?.length ?? 0;
    this.parts.delete(key);
  }
}

const keyOf = (model: string, digest: string, part: Part): string => `${model}\n${digest}\n${part}`;
