/** Brings a trained version into the registry, and lets it serve: what a team's deployment does. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findVersion, readServing, registerVersion, switchServing } from '../../src/io/mysql/registry.js';
import { replaceReferenceRows } from '../../src/io/mysql/reference-rows.js';
import { artefactHash, artefactText, parseArtefact, type Artefact } from '../trainer/artefact.js';
import type { TrainingResult } from '../trainer/training.js';
import type { Stage } from './stage.js';

export interface Release {
  readonly model: string;
  readonly version: string;
  readonly trained: TrainingResult;
  readonly by: string;
  readonly note: string;
  /** First day that it serves. */
  readonly since: string;
}

export async function release(stage: Stage, { model, version, trained, by, note, since }: Release): Promise<void> {
  const { pool } = stage.database;
  const folder = join(stage.settings.artefacts, model, version);
  mkdirSync(folder, { recursive: true });
  const artefact = join(folder, 'artefact.json');
  const text = artefactText(trained.artefact);
  writeFileSync(artefact, text);
  await replaceReferenceRows(pool, model, version, trained.reference);
  const serving = await readServing(pool, model);
  await registerVersion(pool, {
    model,
    version,
    artefact,
    sha256: artefactHash(text),
    parent: serving?.version ?? null,
    origin: 'release',
    trainedFrom: Date.parse(trained.artefact.trained.from),
    trainedTo: Date.parse(trained.artefact.trained.to),
    registeredBy: by,
    registeredAt: Date.now(),
    note,
  });
  await switchServing(pool, {
    model,
    to: version,
    expectedGeneration: serving?.generation ?? 0,
    origin: 'release',
    by,
    action: null,
    reason: note,
    dataSince: Date.parse(`${since}T00:00:00Z`),
    now: Date.now(),
  });
}

/** What serves now, read from the registry as a model server would. */
export async function servingArtefact(stage: Stage, model: string): Promise<{ version: string; artefact: Artefact }> {
  const { pool } = stage.database;
  const serving = await readServing(pool, model);
  if (serving === null) throw new Error(`${model} serves no version`);
  const version = await findVersion(pool, model, serving.version);
  if (version === null) throw new Error(`version ${serving.version} of ${model} is not registered`);
  return {
    version: serving.version,
    artefact: parseArtefact(readFileSync(version.artefact, 'utf8'), version.artefact),
  };
}
