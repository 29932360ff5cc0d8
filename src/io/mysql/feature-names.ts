/** Features in a JSON column: nothing but the rows themselves can tell whether a name is right. */
import type { Pool } from 'mysql2/promise';
import type { ModelDefinition } from '../../model/definition.js';
import { didYouMean } from '../../model/nearest.js';
import { quoteColumn, quoteTable } from './identifier.js';
import { select } from './rows.js';
import { filterConditions } from './source-filters.js';
import type { SourceFinding } from './source-finding.js';

/** Enough to see a feature that is filled now and then. */
const LOOKED_AT = 200;

function namesIn(cell: unknown): readonly string[] {
  try {
    const value: unknown = typeof cell === 'string' ? JSON.parse(cell) : cell;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  } catch {
    return [];
  }
}

/** Warns of features that none of the newest rows has; without rows there is nothing to say. */
export async function missingFeatures(db: Pool, definition: ModelDefinition): Promise<readonly SourceFinding[]> {
  const { table, columns, filters } = definition.source;
  if (columns.featuresJson === undefined) return [];
  const where = filterConditions('', filters);
  const rows = await select(
    db,
    `SELECT ${quoteColumn(columns.featuresJson)} AS features FROM ${quoteTable(table)}
     ${where.length === 0 ? '' : `WHERE ${where.map(({ sql }) => sql).join(' AND ')}`} ORDER BY ${quoteColumn(columns.time)} DESC LIMIT ${String(LOOKED_AT)}`,
    where.flatMap(({ values }) => values),
  );
  const known = new Set(rows.flatMap((row) => namesIn(row['features'])));
  if (known.size === 0) return [];
  return (['numeric', 'categorical', 'other'] as const).flatMap((list) =>
    (definition.features[list] ?? []).flatMap((name, index): SourceFinding[] =>
      known.has(name)
        ? []
        : [
            {
              level: 'warning',
              path: ['features', list, index],
              message: `None of the newest ${String(rows.length)} rows has a feature \`${name}\` in \`${columns.featuresJson ?? ''}\``,
              cure: didYouMean(name, [...known], 'Features there'),
            },
          ],
    ),
  );
}
