/** Definitions of this process: a revision never changes, so it is read and parsed once. */
import {
  findModelWithHash,
  loadDefinition,
  type StoredDefinition,
  type StoredModel,
} from '../../src/io/mysql/definitions.js';
import type { Deps } from '../deps.js';

/** About 10 KB each. */
const KEPT = 2_000;

export interface CurrentDefinition extends StoredDefinition {
  readonly model: StoredModel;
}

export class DefinitionStore {
  /** Insertion order is age. */
  private readonly known = new Map<string, StoredDefinition>();
  private readonly deps: Deps;

  constructor(deps: Deps) {
    this.deps = deps;
  }

  /**
   * The model and its newest revision; null if there is no such model. The hash is compared each time, so that a model
   * that was forgotten and defined anew is noticed.
   */
  async current(model: string): Promise<CurrentDefinition | null> {
    const found = await findModelWithHash(this.deps.database.pool, model);
    if (found === null) return null;
    const { revision } = found.model;
    const key = `${model}\n${String(revision)}`;
    if (this.known.get(key)?.hash !== found.hash) this.known.delete(key);
    return { ...(await this.load(model, revision)), model: found.model };
  }

  async load(model: string, revision: number): Promise<StoredDefinition> {
    const key = `${model}\n${String(revision)}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const stored = await loadDefinition(this.deps.database.pool, model, revision);
    this.known.set(key, stored);
    const [oldest] = this.known.keys();
    if (this.known.size > KEPT && oldest !== undefined) this.known.delete(oldest);
    return stored;
  }
}
