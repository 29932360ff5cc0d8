/** `ingest`: predictions or labels from a file into Plumbline's own tables; the same file again changes nothing. */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadDefinition } from '../../io/mysql/definitions.js';
import { insertLabels, insertPredictions } from '../../io/mysql/prediction-log.js';
import type { Pool } from '../../io/mysql/pool.js';
import type { ModelDefinition } from '../../model/definition.js';
import { requireModel, type CommandContext } from '../command-context.js';
import { wrongUse } from '../command-faults.js';
import type { CommandSet } from '../command-set.js';
import { IngestFault, openRecords, type FileFormat } from '../ingest/file-records.js';
import { labelReader, predictionReader, UNKNOWN_FEATURES, type UnknownFeatures } from '../ingest/file-rows.js';
import { elsewhere, type RowKind } from '../ingest/own-tables.js';
import { pour, type Poured, type Pouring } from '../ingest/pour.js';
import { Progress } from '../ingest/progress.js';
import type { Answer } from '../output.js';

interface IngestOptions {
  readonly model: string;
  readonly kind: string;
  readonly format?: string;
  readonly unknown: string;
}

const FORMATS: readonly FileFormat[] = ['csv', 'jsonl', 'parquet'];

function formatOf(file: string, asked: string | undefined): FileFormat {
  const name =
    asked ?? (/\.(csv|jsonl|ndjson|parquet)(\.gz)?$/i.exec(file)?.[1] ?? '').toLowerCase().replace('ndjson', 'jsonl');
  const format = FORMATS.find((one) => one === name);
  if (format !== undefined) return format;
  throw wrongUse(
    asked === undefined ? `the format of ${file} cannot be told from its name` : `there is no format "${asked}"`,
    'say --format csv, --format jsonl or --format parquet',
  );
}

function kindOf(kind: string): RowKind {
  if (kind === 'predictions' || kind === 'labels') return kind;
  throw wrongUse(`there is no kind "${kind}"`, 'say --kind predictions or --kind labels');
}

function unknownOf(text: string): UnknownFeatures {
  const found = UNKNOWN_FEATURES.find((one) => one === text);
  if (found !== undefined) return found;
  throw wrongUse(`--unknown is "${text}"`, `say one of ${UNKNOWN_FEATURES.join(', ')}`);
}

/** Where the file is, in one spelling; as it was given where it is not. */
function placeOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return resolve(file);
  }
}

interface Job {
  readonly pool: Pool;
  readonly definition: ModelDefinition;
  readonly kind: RowKind;
  readonly file: string;
  readonly format: FileFormat;
  readonly unknown: UnknownFeatures;
}

async function ingestRows(context: CommandContext, job: Job): Promise<Poured> {
  const { pool, definition, kind, file, format } = job;
  const { model } = definition;
  // Labels that do not say when they arrived arrive now.
  const now = Date.now();
  const { terminal, say } = context;
  let progress = new Progress({ terminal, say, now: () => performance.now() });
  const common: Omit<Pouring<never>, 'read' | 'write'> = {
    pool,
    key: { model, kind, file: createHash('sha256').update(placeOf(file)).digest('hex') },
    open: () => openRecords(file, format),
    told: (rows, share) => {
      progress.tell(rows, share);
    },
    resumed: (rows, share) => {
      say(`goes on after row ${String(rows)}: an earlier run stored the rows up to there`);
      progress = new Progress({ terminal, say, now: () => performance.now() }, { rows, share });
    },
  };
  try {
    if (kind === 'predictions') {
      const read = predictionReader(definition, now, job.unknown);
      return await pour({ ...common, read, write: (rows, and) => insertPredictions(pool, model, rows, and) });
    }
    return await pour({
      ...common,
      read: labelReader(now),
      write: (rows, and) => insertLabels(pool, model, rows, now, and),
    });
  } finally {
    progress.end();
  }
}

async function ingest(context: CommandContext, file: string, options: IngestOptions): Promise<Answer> {
  const format = formatOf(file, options.format);
  const kind = kindOf(options.kind);
  const unknown = unknownOf(options.unknown);
  const { pool } = await context.database();
  const { model, revision } = await requireModel(pool, options.model);
  const { definition } = await loadDefinition(pool, model, revision);
  const note = elsewhere(definition, kind);
  if (note !== null) context.say(`note: ${note}`);
  try {
    const { rows, resumed } = await ingestRows(context, { pool, definition, kind, file, format, unknown });
    const before = resumed === 0 ? '' : `, ${String(resumed)} of them by an earlier run`;
    return {
      data: { file, model, kind, rows, resumed },
      text: `${String(rows)} ${kind} of ${model} stored from ${file}${before}.`,
    };
  } catch (error) {
    if (!(error instanceof IngestFault)) throw error;
    const place = error.line === 0 ? file : `${file}:${String(error.line)}`;
    throw wrongUse(
      `${place}: ${error.message}`,
      `${String(error.written)} rows before it are stored; correct the file and ingest it again, nothing is doubled`,
    );
  }
}

export function addIngestCommand({ command, act }: CommandSet): void {
  command('ingest', 'write predictions or labels of a file into Plumbline’s own tables')
    .argument('<file>', 'CSV with a header, or one JSON object a line (.gz is read as well), or Parquet')
    .requiredOption('--model <model>')
    .requiredOption('--kind <kind>', 'predictions or labels')
    .option('--format <format>', 'csv, jsonl or parquet; by default from the file’s name')
    .option('--unknown <what>', 'features that the definition does not have: refuse, keep or skip', 'refuse')
    .action(act(ingest));
}
