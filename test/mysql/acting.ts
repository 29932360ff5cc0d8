/** Models that may be rolled back, and what is asked of them. */
import { changeAction, createAction, type NewAction } from '../../src/io/mysql/actions.js';
import { saveDefinition } from '../../src/io/mysql/definitions.js';
import type { Pool } from '../../src/io/mysql/pool.js';
import { registerVersion, switchServing } from '../../src/io/mysql/registry.js';
import { parseDefinition } from '../../src/model/parse-definition.js';
import { canonicalJson } from '../../src/model/plan.js';
import { defaultRules } from '../../src/rules/default-rules.js';
import { NOW } from './judged.js';

export const HASH = 'f'.repeat(64);

export const actionOf = (model: string, change: Partial<NewAction> = {}): NewAction => ({
  ...{ model, kind: 'rollback', incident: null, by: 'ana', dataTime: NOW, reason: 'worse', from: 'v2', to: 'v1' },
  ...{ generation: 2, revision: 1, now: NOW },
  ...change,
});

/** A model with two releases that may be rolled back, by ana or ben. */
export async function served(pool: Pool, model: string): Promise<void> {
  const source = [
    ...[`model: ${model}`, 'task: binary', 'positive: yes', 'features: { numeric: [income] }', 'approvers: [ana, ben]'],
    'actions: { rollback: { verify: { windows: 1, metric: roc_auc } } }',
  ].join('\n');
  const parsed = parseDefinition(source, `${model}.yaml`, { defaultRules });
  if (!parsed.ok) throw new Error(parsed.faults.map(({ message }) => message).join('\n'));
  const { definition } = parsed;
  await saveDefinition(pool, {
    definition,
    hash: HASH,
    canonical: canonicalJson(definition),
    source,
    author: 'ana',
    now: NOW,
  });
  for (const [generation, version] of ['v1', 'v2'].entries()) {
    await registerVersion(pool, {
      ...{ model, version, artefact: `file:///${version}`, sha256: HASH, parent: null, origin: 'release' },
      ...{ trainedFrom: null, trainedTo: null, registeredBy: 'ana', registeredAt: NOW, note: null },
    });
    await switchServing(pool, {
      ...{ model, to: version, expectedGeneration: generation, origin: 'release', by: 'ana', action: null },
      ...{ reason: 'release', dataSince: NOW, now: NOW },
    });
  }
}

/** As the acting workflow leaves it when it has asked. */
export async function waiting(pool: Pool, model: string, expiresAt = Date.now() + 3_600_000): Promise<string> {
  await served(pool, model);
  const id = await createAction(pool, actionOf(model));
  await changeAction(pool, id, { state: 'waiting', hash: HASH, expiresAt }, NOW);
  return id;
}
