/** Definitions as they lie in the database: JSON of a `ModelDefinition` as it was when the revision was stored. */
import type { ModelDefinition } from './definition.js';

/** `segments: false` is how the search for weak segments was left out before there was `leaveOut`. */
type Stored = ModelDefinition & { readonly segments?: false };

/** What is stored never changes, so what it says is put into today's words whenever it is read. */
export function storedDefinition(json: unknown): ModelDefinition {
  const { segments, ...definition } = json as Stored;
  return segments === false ? { leaveOut: ['segment'], ...definition } : definition;
}
