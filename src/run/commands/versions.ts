/** `versions` and `release`: the registry by hand. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { audit } from '../../io/mysql/audit.js';
import { currentDefinition } from '../../io/mysql/definitions.js';
import { listVersions, readServing, registerVersion, servingHistory, switchServing } from '../../io/mysql/registry.js';
import { parseInstant } from '../../model/definition-build.js';
import { personOf, requireModel, type CommandContext } from '../command-context.js';
import { wrongUse } from '../command-faults.js';
import type { CommandSet } from '../command-set.js';
import { instantText, isoOrNull, table, type Answer } from '../output.js';

interface ReleaseOptions {
  readonly artefact: string;
  readonly from?: string;
  readonly as?: string;
  readonly note?: string;
}

/** A version's name stands in tables, messages and commands. */
const VERSION_NAME = /^[\p{L}\p{N}][\p{L}\p{N}._+-]{0,63}$/u;

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(file), hash);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw wrongUse(`the artefact ${file} cannot be read (${code})`, 'name the file of the model that is to serve');
  }
  return hash.digest('hex');
}

async function since(context: CommandContext, model: string, from: string | undefined): Promise<number> {
  if (from === undefined) return Date.now();
  const { pool } = await context.database();
  const timezone = (await currentDefinition(pool, model))?.definition.schedule.timezone ?? 'UTC';
  const at = parseInstant(from, timezone);
  if (at === undefined)
    throw wrongUse(`--from is no time: "${from}"`, 'write a day, 2026-01-31, or an instant, 2026-01-31T08:00:00Z');
  return at;
}

/** The same name with another artefact is refused by the registry: names must mean one thing. */
async function register(
  context: CommandContext,
  model: string,
  version: string,
  options: ReleaseOptions,
  by: string,
): Promise<string> {
  const { pool } = await context.database();
  const artefact = resolve(options.artefact);
  const digest = await sha256(artefact);
  const known = (await listVersions(pool, model)).find((one) => one.version === version);
  if (known !== undefined && known.sha256 !== digest) {
    throw wrongUse(
      `version ${version} of ${model} is registered with another artefact (${known.sha256.slice(0, 12)}…, this is ${digest.slice(0, 12)}…)`,
      'give the new artefact a name of its own',
    );
  }
  await registerVersion(pool, {
    model,
    version,
    artefact,
    sha256: digest,
    parent: (await readServing(pool, model))?.version ?? null,
    origin: 'release',
    trainedFrom: null,
    trainedTo: null,
    registeredBy: by,
    registeredAt: Date.now(),
    note: options.note ?? null,
  });
  return digest;
}

async function release(
  context: CommandContext,
  modelId: string,
  version: string,
  options: ReleaseOptions,
): Promise<Answer> {
  const by = personOf(options.as);
  if (!VERSION_NAME.test(version))
    throw wrongUse(`"${version}" is no name of a version`, 'use letters, digits and . _ + -');
  const { pool } = await context.database();
  const { model } = await requireModel(pool, modelId);
  const dataSince = await since(context, model, options.from);
  const digest = await register(context, model, version, options, by);
  const before = await readServing(pool, model);
  if (before?.version === version) {
    return {
      data: { model, version, sha256: digest, generation: before.generation, changed: false },
      text: `${version} serves ${model} already, generation ${String(before.generation)}.`,
    };
  }
  const now = Date.now();
  const serving = await switchServing(pool, {
    model,
    to: version,
    expectedGeneration: before?.generation ?? 0,
    origin: 'release',
    by,
    action: null,
    reason: options.note ?? 'release by hand',
    dataSince,
    now,
  });
  await audit(pool, {
    at: now,
    actor: by,
    via: 'cli',
    what: 'release',
    model,
    subject: version,
    outcome: 'done',
    detail: { sha256: digest, generation: serving.generation },
  });
  return {
    data: {
      model,
      version,
      sha256: digest,
      generation: serving.generation,
      changed: true,
      replaced: before?.version ?? null,
    },
    text: `${version} serves ${model} since generation ${String(serving.generation)}${before === null ? '' : `, instead of ${before.version}`}.`,
  };
}

async function versions(context: CommandContext, modelId: string): Promise<Answer> {
  const { pool } = await context.database();
  const { model } = await requireModel(pool, modelId);
  const known = await listVersions(pool, model);
  const serving = await readServing(pool, model);
  const history = await servingHistory(pool, model);
  const rows = known.map((one) => [
    one.version === serving?.version ? `${one.version} *` : one.version,
    one.origin,
    one.parent,
    instantText(one.registeredAt),
    one.registeredBy,
    one.sha256.slice(0, 12),
    one.artefact,
    one.note,
  ]);
  const head = ['version', 'origin', 'parent', 'registered', 'by', 'sha256', 'artefact', 'note'];
  const data = {
    model,
    serving,
    versions: known.map((one) => ({
      ...one,
      registeredAt: isoOrNull(one.registeredAt),
      trainedFrom: isoOrNull(one.trainedFrom),
      trainedTo: isoOrNull(one.trainedTo),
    })),
    history: history.map((one) => ({ ...one, dataSince: isoOrNull(one.dataSince) })),
  };
  return { data, text: rows.length === 0 ? `${model} has no versions yet.` : table(head, rows) };
}

export function addVersionCommands({ command, act }: CommandSet): void {
  command('versions', 'the registered versions of a model; * serves').argument('<model>').action(act(versions));
  command('release', 'register a version and let it serve')
    .argument('<model>')
    .argument('<version>')
    .requiredOption('--artefact <file>', 'the model’s file; its SHA-256 is kept')
    .option('--from <time>', 'first prediction time that it serves; by default now')
    .option('--note <text>', 'what is new')
    .option('--as <name>', 'who releases it; by default the user of the system')
    .action(act(release));
}
