/** Whether a model reads what is ingested: Plumbline's own tables are one place that a definition may name. */
import type { ModelDefinition } from '../../model/definition.js';

export type RowKind = 'predictions' | 'labels';

/** A sentence where the definition names another table than the one that is written; null where it reads what is ingested. */
export function elsewhere({ model, source, labels }: ModelDefinition, kind: RowKind): string | null {
  const read = kind === 'predictions' ? source : labels;
  if (read === undefined) return `the definition of ${model} has no labels, so they will not be read`;
  if (read.table === kind && read.connection === undefined) return null;
  return `the definition of ${model} reads its ${kind} from table ${read.table}, not from the one that is written here`;
}
