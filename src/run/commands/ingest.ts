/** `ingest`: predictions or labels from a file into Plumbline's own tables; the same file again changes nothing. */
import { loadDefinition } from '../../io/mysql/definitions.js';
import { insertLabels, insertPredictions, RowFault, ROWS_PER_INSERT } from '../../io/mysql/prediction-log.js';
import { requireModel, type CommandContext } from '../command-context.js';
import { wrongUse } from '../command-faults.js';
import type { CommandSet } from '../command-set.js';
import type { Answer } from '../output.js';
import {
  IngestFault,
  labelReader,
  predictionReader,
  recordsOf,
  type FileFormat,
  type NumberedRecord,
} from '../ingest-file.js';

interface IngestOptions {
  readonly model: string;
  readonly kind: string;
  readonly format?: string;
}

/** Told so often that a large file shows life, and seldom enough that it does not scroll away. */
const TELL_EVERY_ROWS = 100_000;

const FORMATS: readonly FileFormat[] = ['csv', 'jsonl'];

function formatOf(file: string, asked: string | undefined): FileFormat {
  const name =
    asked ?? (/\.(csv|jsonl|ndjson)(\.gz)?$/i.exec(file)?.[1] ?? '').toLowerCase().replace('ndjson', 'jsonl');
  const format = FORMATS.find((one) => one === name);
  if (format !== undefined) return format;
  throw wrongUse(
    asked === undefined ? `the format of ${file} cannot be told from its name` : `there is no format "${asked}"`,
    'say --format csv or --format jsonl',
  );
}

interface Batch<T> {
  readonly rows: T[];
  /** Lines of the file, beside the rows. */
  readonly lines: number[];
}

async function pour<T>(
  records: AsyncIterable<NumberedRecord>,
  read: (record: NumberedRecord) => T,
  write: (rows: readonly T[]) => Promise<void>,
  told: (rows: number) => void,
): Promise<number> {
  let batch: Batch<T> = { rows: [], lines: [] };
  let written = 0;
  const flush = async (): Promise<void> => {
    if (batch.rows.length === 0) return;
    const { rows, lines } = batch;
    batch = { rows: [], lines: [] };
    try {
      await write(rows);
      written += rows.length;
    } catch (error) {
      if (error instanceof RowFault) throw new IngestFault(lines[error.index] ?? 0, error.message, written);
      throw error;
    }
    told(written);
  };
  for await (const record of records) {
    try {
      batch.rows.push(read(record));
    } catch (error) {
      throw error instanceof IngestFault ? new IngestFault(error.line, error.message, written) : error;
    }
    batch.lines.push(record.line);
    if (batch.rows.length >= ROWS_PER_INSERT) await flush();
  }
  await flush();
  return written;
}

async function ingest(context: CommandContext, file: string, options: IngestOptions): Promise<Answer> {
  const format = formatOf(file, options.format);
  const { kind } = options;
  if (kind !== 'predictions' && kind !== 'labels')
    throw wrongUse(`there is no kind "${kind}"`, 'say --kind predictions or --kind labels');
  const { pool } = await context.database();
  const { model, revision } = await requireModel(pool, options.model);
  const { definition } = await loadDefinition(pool, model, revision);
  // Labels that do not say when they arrived arrive now.
  const now = Date.now();
  let next = TELL_EVERY_ROWS;
  const told = (rows: number): void => {
    if (rows < next) return;
    context.say(`${String(rows)} rows`);
    next += TELL_EVERY_ROWS;
  };
  try {
    const records = recordsOf(file, format);
    const rows =
      kind === 'predictions'
        ? await pour(records, predictionReader(definition), (part) => insertPredictions(pool, model, part), told)
        : await pour(records, labelReader, (part) => insertLabels(pool, model, part, now), told);
    return { data: { file, model, kind, rows }, text: `${String(rows)} ${kind} of ${model} stored from ${file}.` };
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
    .argument('<file>', 'CSV with a header, or one JSON object a line; .gz is read as well')
    .requiredOption('--model <model>')
    .requiredOption('--kind <kind>', 'predictions or labels')
    .option('--format <format>', 'csv or jsonl; by default from the file’s name')
    .action(act(ingest));
}
