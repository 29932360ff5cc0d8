/** The models that the benchmark watches: their definition, their rows, their slots. */
import { createHash } from 'node:crypto';
import { saveDefinition } from '../../src/io/mysql/definitions.js';
import type { Database } from '../../src/io/mysql/pool.js';
import {
  insertLabels,
  insertPredictions,
  type LabelRow,
  type PredictionRow,
} from '../../src/io/mysql/prediction-log.js';
import { canonicalJson } from '../../src/model/canonical-json.js';
import type { ModelDefinition } from '../../src/model/definition.js';
import { cycleWorkflowId } from '../../src/model/ids.js';
import type { LeavableFamily } from '../../src/model/left-out.js';
import { parseDefinition } from '../../src/model/parse-definition.js';
import { drawNormal, randomFrom, seedFrom } from '../../src/numeric/random.js';
import { defaultRules } from '../../src/rules/default-rules.js';
import { slotShift } from '../../src/run/schedules.js';

const HOUR_MS = 3_600_000;
const VERSION = 'v1';

const NUMERIC = ['age', 'income', 'amount', 'balance', 'tenure'] as const;
const CATEGORICAL = { job: 10, region: 6, channel: 4 } as const;

export interface Fleet {
  readonly models: readonly ModelDefinition[];
  /** End of each judged window, oldest first; the same for every model. */
  readonly ends: readonly number[];
}

export interface FleetSize {
  /** Begin of the models' names; `bench` unless given. */
  readonly prefix?: string;
  /** Families of figures that the models leave out; none unless given. */
  readonly leaveOut?: readonly LeavableFamily[];
  readonly models: number;
  /** Windows of each that are judged. */
  readonly windows: number;
  readonly rowsPerWindow: number;
  /** Windows before them that are the reference. */
  readonly referenceWindows: number;
}

interface Definable {
  readonly reference: { readonly from: number; readonly to: number };
  readonly leaveOut: readonly LeavableFamily[];
}

/** A classifier as many are: eight features, a score, labels, an attribute whose groups are compared, default rules. */
function definitionText(model: string, { reference, leaveOut }: Definable): string {
  const span = { from: new Date(reference.from).toISOString(), to: new Date(reference.to).toISOString() };
  return `plumbline: 1
model: ${model}
team: bench
task: binary
positive: 'yes'
features:
  numeric: [${NUMERIC.join(', ')}]
  categorical: [${Object.keys(CATEGORICAL).join(', ')}]
  other: [sex]
sensitive: [sex]
schedule: { window: 1h, catchup: 365d }
reference: { from: ${span.from}, to: ${span.to} }
${leaveOut.length === 0 ? '' : `leave_out: [${leaveOut.join(', ')}]\n`}`;
}

function define(model: string, like: Definable): { readonly definition: ModelDefinition; readonly source: string } {
  const source = definitionText(model, like);
  const parsed = parseDefinition(source, `${model}.yaml`, { defaultRules });
  if (!parsed.ok) throw new Error(parsed.faults.map(({ line, message }) => `${String(line)}: ${message}`).join('\n'));
  return { definition: parsed.definition, source };
}

interface Rows {
  readonly predictions: readonly PredictionRow[];
  readonly labels: readonly LabelRow[];
}

/** Rows whose distribution never changes and whose scores are calibrated, so that a cycle finds nothing to tell. */
function windowRows(from: number, rows: number): Rows {
  const random = randomFrom(seedFrom(`window ${String(from)}`));
  const predictions: PredictionRow[] = [];
  const labels: LabelRow[] = [];
  for (let i = 0; i < rows; i += 1) {
    const features: Record<string, number | string> = {};
    let logit = -0.5;
    for (const [k, name] of NUMERIC.entries()) {
      const value = drawNormal(random);
      features[name] = Math.round(value * 1e4) / 1e4;
      logit += value * (0.6 / (k + 1));
    }
    for (const [name, levels] of Object.entries(CATEGORICAL))
      features[name] = `${name}-${String(random.below(levels))}`;
    features['sex'] = random.below(2) === 0 ? 'female' : 'male';
    const score = 1 / (1 + Math.exp(-logit));
    const id = `${String(from)}-${String(i)}`;
    const time = from + Math.floor((i * HOUR_MS) / rows);
    predictions.push({
      id,
      time,
      version: VERSION,
      prediction: score >= 0.5 ? 'yes' : 'no',
      score,
      features,
      latencyMs: 5 + Math.exp(drawNormal(random)),
      errorCode: random.below(500) === 0 ? 'TIMEOUT' : null,
    });
    labels.push({ id, time, label: random.uniform() < score ? 'yes' : 'no' });
  }
  return { predictions, labels };
}

/** Every model has the same rows: written once, then copied inside the server. */
async function copyRows(database: Database, from: string, to: string): Promise<void> {
  await database.pool.query(
    `INSERT INTO predictions (model, time, id, version, prediction, score, scores, features, latency_ms, error_code)
     SELECT ?, time, id, version, prediction, score, scores, features, latency_ms, error_code FROM predictions WHERE model = ?`,
    [to, from],
  );
  await database.pool.query(
    `INSERT INTO labels (model, time, id, label, arrived_at) SELECT ?, time, id, label, arrived_at FROM labels WHERE model = ?`,
    [to, from],
  );
  await database.pool.query(
    'INSERT INTO dirty_hours (model, hour, mark, marked_at) SELECT ?, hour, mark, marked_at FROM dirty_hours WHERE model = ?',
    [to, from],
  );
}

/** Writes definitions and rows; the newest window ended an hour ago or more. */
export async function createFleet(database: Database, size: FleetSize): Promise<Fleet> {
  const { models: count, windows, rowsPerWindow, referenceWindows, prefix = 'bench', leaveOut = [] } = size;
  const last = Math.floor(Date.now() / HOUR_MS - 2) * HOUR_MS;
  const from = last - (referenceWindows + windows) * HOUR_MS;
  const reference = { from, to: from + referenceWindows * HOUR_MS };
  const names = Array.from({ length: count }, (_, i) => `${prefix}-${String(i + 1).padStart(3, '0')}`);
  const models: ModelDefinition[] = [];
  for (const name of names) {
    const { definition, source } = define(name, { reference, leaveOut });
    const canonical = canonicalJson(definition);
    const hash = createHash('sha256').update(canonical).digest('hex');
    // Watched since the reference ended: as in production, each cycle looks for windows that were missed.
    const now = reference.to;
    await saveDefinition(database.pool, { definition, canonical, hash, source, author: 'bench', now });
    models.push(definition);
  }
  const [first = '', ...others] = names;
  const ends: number[] = [];
  for (let k = 0; k < referenceWindows + windows; k += 1) {
    const start = from + k * HOUR_MS;
    const { predictions, labels } = windowRows(start, rowsPerWindow);
    await insertPredictions(database.pool, first, predictions);
    await insertLabels(database.pool, first, labels, start + HOUR_MS);
    if (k >= referenceWindows) ends.push(start + HOUR_MS);
  }
  // As if each hour's rows had come with the hour: none of them is late.
  await database.pool.query('UPDATE dirty_hours SET marked_at = hour + INTERVAL 1 HOUR WHERE model = ?', [first]);
  for (const other of others) await copyRows(database, first, other);
  return { models, ends };
}

/** The slot of the window that ends here. */
export const slotOf = (definition: ModelDefinition, end: number): number => end + slotShift(definition);

/** Workflow id of that slot's cycle, as a Schedule makes it. */
export function cycleId(definition: ModelDefinition, end: number): string {
  const slot = new Date(slotOf(definition, end)).toISOString().slice(0, 19);
  return `${cycleWorkflowId(definition.model)}-${slot}Z`;
}
