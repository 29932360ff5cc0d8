/** A few days of an income model, watched for how it treats groups. */
import { join } from 'node:path';
import { recordBackfill } from '../../src/io/mysql/backfills.js';
import { insertLabels, insertPredictions } from '../../src/io/mysql/prediction-log.js';
import { slotShift } from '../../src/run/schedules.js';
import { runSlot } from '../../src/run/slots.js';
import { packageFolder } from '../../src/run/settings.js';
import { DAYS, FIRST_DAY, MODEL, readPeople } from '../adult/people.js';
import { decide, incomeModel } from '../adult/serve.js';
import { applyPaused } from './definitions.js';
import { settle } from './settle.js';
import type { Stage } from './stage.js';
import { release, servingArtefact } from './versions.js';

const DAY_MS = 86_400_000;

export async function playAdult(stage: Stage, say: (line: string) => void): Promise<void> {
  const folder = join(packageFolder(), 'examples', 'adult');
  const people = readPeople(join(folder, 'data', 'adult.csv.gz'));
  const definition = await applyPaused(stage, join(folder, 'plumbline.yaml'));
  say(`\n${definition.title}: ${String(people.served.length)} people, ${String(DAYS)} days; checks by sex and race`);
  await release(stage, {
    model: MODEL,
    version: 'v1',
    trained: incomeModel(people.training),
    by: 'deployment',
    note: 'fitted without sex and race',
    since: FIRST_DAY,
  });
  const { version, artefact } = await servingArtefact(stage, MODEL);
  const { pool } = stage.database;
  const start = Date.parse(`${FIRST_DAY}T00:00:00Z`);
  for (let day = 0; day < DAYS; day += 1) {
    const from = start + day * DAY_MS;
    const served = people.served.filter(({ time }) => time >= from && time < from + DAY_MS);
    await insertPredictions(pool, MODEL, decide(artefact, version, served));
    await insertLabels(pool, MODEL, served, from + DAY_MS);
    const slot = from + DAY_MS + slotShift(definition);
    await recordBackfill(pool, { model: MODEL, from: slot, to: slot, alert: true, by: 'demo', now: Date.now() });
    const result = await runSlot(stage.client, MODEL, slot);
    say(
      `${new Date(from).toISOString().slice(0, 10)}      ${version}  ${result.verdict}: ${result.windows[0]?.reason ?? ''}`,
    );
    await settle(stage.client, stage.database, MODEL);
  }
}
