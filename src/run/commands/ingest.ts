/** `ingest`: predictions or labels from a file into Plumbline's own tables; the same file again changes nothing. */
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadDefinition } from '../../io/mysql/definitions.js';
import { countUnmatched, insertLabels, insertPredictions, type LabelRow } from '../../io/mysql/prediction-log.js';
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

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
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

interface Ingested extends Poured {
  /** Labels of this run whose prediction is not there, or not yet; absent where predictions are in another table. */
  readonly unmatched?: number;
}

/** What was stored, and what may have gone wrong although all of it was. */
function summary({ rows, resumed, unmatched = 0 }: Ingested, kind: RowKind, model: string, file: string): string {
  if (rows === 0) return `${file} has no rows; nothing is stored.`;
  const before = resumed === 0 ? '' : `, ${String(resumed)} of them by an earlier run`;
  const done = `${String(rows)} ${kind} of ${model} stored from ${file}${before}.`;
  if (unmatched === 0) return done;
  return `${done}\n${String(unmatched)} of them have no prediction so far: a label has the id and the time of its prediction.`;
}

interface Job {
  readonly pool: Pool;
  readonly definition: ModelDefinition;
  readonly kind: RowKind;
  readonly file: string;
  readonly format: FileFormat;
  readonly unknown: UnknownFeatures;
}

/** On Ctrl-C and SIGTERM a person wants to know what became of the rows; then the signal does what it does. */
function tellingOfSignals(tell: () => void): () => void {
  const heard = (signal: NodeJS.Signals): void => {
    forget();
    tell();
    process.kill(process.pid, signal);
  };
  const forget = (): void => {
    for (const signal of SIGNALS) process.off(signal, heard);
  };
  for (const signal of SIGNALS) process.on(signal, heard);
  return forget;
}

async function ingestRows(context: CommandContext, job: Job): Promise<Ingested> {
  const { pool, definition, kind, file, format } = job;
  const { model } = definition;
  // Labels that do not say when they arrived arrive now.
  const now = Date.now();
  const { terminal, say } = context;
  let progress = new Progress({ terminal, say, now: () => performance.now() });
  let stored = 0;
  const leftOff = (): void => {
    progress.end();
    say(`${String(stored)} rows are stored; the same command goes on there`);
  };
  const forget = tellingOfSignals(leftOff);
  const common: Omit<Pouring<never>, 'read' | 'write'> = {
    pool,
    key: { model, kind, file: createHash('sha256').update(placeOf(file)).digest('hex') },
    open: () => openRecords(file, format),
    told: (rows, share) => {
      stored = rows;
      progress.tell(rows, share);
    },
    resumed: (rows, share) => {
      stored = rows;
      say(`goes on after row ${String(rows)}: an earlier run stored the rows up to there`);
      progress = new Progress({ terminal, say, now: () => performance.now() }, { rows, share });
    },
  };
  try {
    if (kind === 'predictions') {
      const read = predictionReader(definition, now, job.unknown);
      return await pour({ ...common, read, write: (rows, and) => insertPredictions(pool, model, rows, and) });
    }
    const isMatched = elsewhere(definition, 'predictions') === null;
    let unmatched = 0;
    const poured = await pour<LabelRow>({
      ...common,
      read: labelReader(now),
      write: async (rows, and) => {
        await insertLabels(pool, model, rows, now, and);
        if (isMatched) unmatched += await countUnmatched(pool, model, rows);
      },
    });
    return isMatched ? { ...poured, unmatched } : poured;
  } catch (error) {
    // A fault of the file says this itself.
    if (!(error instanceof IngestFault) && stored > 0) leftOff();
    throw error;
  } finally {
    forget();
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
    const ingested = await ingestRows(context, { pool, definition, kind, file, format, unknown });
    return { data: { file, model, kind, ...ingested }, text: summary(ingested, kind, model, file) };
  } catch (error) {
    if (!(error instanceof IngestFault)) throw error;
    const { line, message, written } = error;
    const done = written === 0 ? 'nothing of it is stored' : `${String(written)} rows before it are stored`;
    throw wrongUse(
      `${file}${line === 0 ? '' : `:${String(line)}`}: ${message}`,
      `${done}; correct the file${line === 0 ? ' or its name' : ''} and ingest it again, nothing is doubled`,
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
