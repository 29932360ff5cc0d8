/** What a retraining does in the world: train a candidate, register it, measure it against the champion. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ApplicationFailure, Context } from '@temporalio/activity';
import { changeAction, type StoredAction } from '../../src/io/mysql/actions.js';
import { replaceReferenceRows, type ReferenceRow } from '../../src/io/mysql/reference-rows.js';
import { findVersion, listVersions, registerVersion, type Version } from '../../src/io/mysql/registry.js';
import { readJsonLines } from '../../src/io/json-lines.js';
import { judgePromotion, type GateRow } from '../../src/response/gate.js';
import type { RetrainDefinition } from '../../src/model/definition.js';
import type { ActionRef, GateResult, TrainResult } from '../contract.js';
import type { Deps } from '../deps.js';
import { candidateFairness } from './gate-fairness.js';
import { loadAction, required } from './load-action.js';
import { runTrainer, TrainerFailed } from './trainer.js';

/** The next free `v<number>`; a retry of the same action finds its own candidate. */
async function candidateName(deps: Deps, action: StoredAction): Promise<string> {
  if (action.to !== null) return action.to;
  const versions = await listVersions(deps.database.pool, action.model);
  const numbers = versions.map(({ version }) => Number(/^v(\d+)$/.exec(version)?.[1] ?? 0));
  const name = `v${String(Math.max(0, ...numbers) + 1)}`;
  await changeAction(deps.database.pool, action.id, { to: name }, Date.now());
  return name;
}

function mysqlAddressEnv(deps: Deps): Record<string, string> {
  const { host, port, user, password, database } = deps.database.address;
  const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  const name = host.includes(':') ? `[${host}]` : host;
  return { PLUMBLINE_MYSQL_URL: `mysql://${credentials}@${name}:${String(port)}/${database}` };
}

/** Runs one command of the trainer under the activity's heartbeat. */
async function runUnderHeartbeat(
  deps: Deps,
  retrain: RetrainDefinition,
  args: readonly string[],
): Promise<Readonly<Record<string, unknown>>> {
  const context = Context.current();
  let last = { share: null as number | null, text: 'started' };
  const beat = setInterval(() => {
    context.heartbeat(last);
  }, 5_000);
  try {
    return await runTrainer({
      command: retrain.command,
      args,
      env: mysqlAddressEnv(deps),
      timeoutMs: retrain.timeoutMs,
      signal: context.cancellationSignal,
      progress: (share, text) => {
        last = { share, text };
        context.heartbeat(last);
      },
    });
  } catch (error) {
    if (error instanceof TrainerFailed && !error.retryable) {
      throw ApplicationFailure.nonRetryable(error.message, 'TrainerFailed');
    }
    throw error;
  } finally {
    clearInterval(beat);
  }
}

async function registerCandidate(
  deps: Deps,
  action: StoredAction,
  version: string,
  result: Readonly<Record<string, unknown>>,
): Promise<TrainResult> {
  const { artefact, sha256, rows, reference, notes } = result;
  if (typeof artefact !== 'string' || typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) {
    throw ApplicationFailure.nonRetryable('the trainer must report "artefact" and its "sha256"', 'TrainerFailed');
  }
  const { pool } = deps.database;
  if (typeof reference === 'string') {
    await replaceReferenceRows(
      pool,
      action.model,
      version,
      (await readJsonLines(reference)) as unknown as readonly ReferenceRow[],
    );
  }
  const { train } = action.result;
  await registerVersion(pool, {
    model: action.model,
    version,
    artefact,
    sha256,
    parent: action.from,
    origin: 'retraining',
    trainedFrom: train === undefined ? null : Date.parse(train.from),
    trainedTo: train === undefined ? null : Date.parse(train.to),
    registeredBy: action.id,
    registeredAt: Date.now(),
    note: typeof notes === 'string' ? notes.slice(0, 1000) : null,
  });
  return { version, sha256, rows: typeof rows === 'number' ? rows : 0 };
}

export function createTrain(deps: Deps): (input: ActionRef) => Promise<TrainResult> {
  return async (input) => {
    const { action, definition } = await loadAction(deps, input.action);
    const retrain = required(definition.actions.retrain, 'actions.retrain');
    const { train } = action.result;
    if (train === undefined) throw ApplicationFailure.nonRetryable('the action has no training span', 'NoSpan');
    const version = await candidateName(deps, action);
    const folder = resolve(deps.artefacts, action.model, version);
    await mkdir(folder, { recursive: true });
    const request = join(folder, 'request.json');
    const content = {
      model: action.model,
      version,
      positive: definition.positive ?? '',
      features: definition.features,
      from: train.from,
      to: train.to,
      labelsUntil: new Date(action.dataTime).toISOString(),
      mysql: 'env:PLUMBLINE_MYSQL_URL',
    };
    await writeFile(request, `${JSON.stringify(content, null, 2)}\n`);
    const result = await runUnderHeartbeat(deps, retrain, ['train', '--request', request, '--out', folder]);
    return registerCandidate(deps, action, version, result);
  };
}

interface ScoredRow {
  readonly id: string;
  readonly prediction: string | number | null;
  readonly score: number | null;
  readonly label: string | number | null;
}

/** Rows of the withheld windows as one version scores them. */
async function scoredRows(
  deps: Deps,
  action: StoredAction,
  retrain: RetrainDefinition,
  withheld: { readonly from: string; readonly to: string },
  version: Version,
): Promise<ReadonlyMap<string, ScoredRow>> {
  const folder = resolve(deps.artefacts, action.model, version.version);
  await mkdir(folder, { recursive: true });
  const out = join(folder, `scored-for-${action.id}.jsonl`);
  await runUnderHeartbeat(deps, retrain, [
    ...['score', '--artefact', version.artefact, '--model', action.model],
    ...['--from', withheld.from, '--to', withheld.to, '--out', out],
  ]);
  const rows = (await readJsonLines(out)) as unknown as readonly ScoredRow[];
  return new Map(rows.map((row) => [row.id, row]));
}

function pairRows(
  champion: ReadonlyMap<string, ScoredRow>,
  candidate: ReadonlyMap<string, ScoredRow>,
): readonly GateRow[] {
  const rows: GateRow[] = [];
  for (const [id, one] of candidate) {
    const other = champion.get(id);
    if (other === undefined || one.label === null) continue;
    rows.push({
      label: one.label,
      champion: { prediction: other.prediction, score: other.score },
      candidate: { prediction: one.prediction, score: one.score },
    });
  }
  return rows;
}

interface Candidates {
  readonly champion: Version;
  readonly candidate: Version;
}

async function candidatesOf(deps: Deps, action: StoredAction): Promise<Candidates> {
  const find = async (name: string | null): Promise<Version> => {
    const version = name === null ? null : await findVersion(deps.database.pool, action.model, name);
    if (version !== null) return version;
    throw ApplicationFailure.nonRetryable(`version ${name ?? 'without a name'} is not registered`, 'UnknownVersion');
  };
  return { champion: await find(action.from), candidate: await find(action.to) };
}

export function createJudgeCandidate(deps: Deps): (input: ActionRef) => Promise<GateResult> {
  return async (input) => {
    const { action, definition } = await loadAction(deps, input.action);
    const retrain = required(definition.actions.retrain, 'actions.retrain');
    const { champion, candidate } = await candidatesOf(deps, action);
    const withheld = required(action.result.withheld, 'withheld windows');
    const before = await scoredRows(deps, action, retrain, withheld, champion);
    const after = await scoredRows(deps, action, retrain, withheld, candidate);
    const span = { from: Date.parse(withheld.from), to: Date.parse(withheld.to) };
    const verdict = judgePromotion({
      rows: pairRows(before, after),
      ...retrain.gate,
      ...(definition.positive === undefined ? {} : { positive: definition.positive }),
      artefacts: { champion: champion.sha256, candidate: candidate.sha256 },
      fairness: await candidateFairness(deps, definition, span, action.dataTime, after),
    });
    const gate = { verdict: verdict.verdict, text: verdict.text, n: verdict.n };
    await changeAction(deps.database.pool, action.id, { result: { ...action.result, gate } }, Date.now());
    return { promote: verdict.verdict === 'promote', reason: verdict.text };
  };
}
