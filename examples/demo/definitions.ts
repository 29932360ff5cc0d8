/** Applies a definition file and creates its schedule, paused: in the demo, time is simulated slot by slot. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { saveDefinition } from '../../src/io/mysql/definitions.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import { parseDefinition } from '../../src/model/parse-definition.js';
import { canonicalJson } from '../../src/model/plan.js';
import { defaultRules } from '../../src/rules/default-rules.js';
import { applySchedule } from '../../src/run/schedules.js';
import type { Stage } from './stage.js';

export async function applyPaused(stage: Stage, file: string): Promise<ModelDefinition> {
  const source = readFileSync(file, 'utf8');
  const parsed = parseDefinition(source, file, { defaultRules });
  if (!parsed.ok) {
    throw new Error(parsed.faults.map((fault) => `${fault.file}:${String(fault.line)}: ${fault.message}`).join('\n'));
  }
  const { definition } = parsed;
  const canonical = canonicalJson(definition);
  await saveDefinition(stage.database.pool, {
    definition,
    canonical,
    hash: createHash('sha256').update(canonical).digest('hex'),
    source,
    author: 'demo',
    now: Date.now(),
  });
  await applySchedule(stage.client, definition, { taskQueue: stage.settings.taskQueue, paused: true });
  return definition;
}
