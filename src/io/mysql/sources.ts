/** Pools to the databases that hold predictions: Plumbline's own, or the user's, one pool for each address. */
import type { Pool } from 'mysql2/promise';
import type { ModelDefinition } from '../../model/definition.js';
import { openDatabase, type Database } from './pool.js';

/** Readers hold a connection each; few at a time, because the database belongs to others. */
const CONNECTIONS_PER_SOURCE = 4;

export interface Sources {
  poolOf(definition: ModelDefinition): Pool;
  close(): Promise<void>;
}

/** `resolve` turns a reference such as `env:SHOP_MYSQL_URL` into the address; addresses are never logged. */
export function openSources(own: Database, resolve: (reference: string) => string): Sources {
  const opened = new Map<string, Database>();
  return {
    poolOf(definition) {
      const reference = definition.source.connection;
      if (reference === undefined) return own.pool;
      const known = opened.get(reference);
      if (known !== undefined) return known.pool;
      const database = openDatabase(resolve(reference), CONNECTIONS_PER_SOURCE);
      opened.set(reference, database);
      return database.pool;
    },
    async close() {
      await Promise.all([...opened.values()].map((database) => database.close()));
    },
  };
}
