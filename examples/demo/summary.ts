/** What happened, queried after the run from MySQL, Temporal and what received the messages; nothing is remembered. */
import type { Client } from '@temporalio/client';
import { findDecision, listActions } from '../../src/io/mysql/actions.js';
import { listIncidents } from '../../src/io/mysql/incidents.js';
import { notificationsOf } from '../../src/io/mysql/notifications.js';
import type { Database } from '../../src/io/mysql/pool.js';
import { findVersion } from '../../src/io/mysql/registry.js';
import { readMailStore } from '../../src/run/loopback/smtp-sink.js';
import { readSlackStore } from '../../src/run/loopback/slack-store.js';
import { DEMO_MODELS, type DemoFolder } from './stage.js';

export interface DemoSummary {
  readonly cycles: number;
  readonly incidents: number;
  readonly messages: { readonly slack: number; readonly email: number };
  readonly retrainings: number;
  readonly promoted: string;
  readonly rollback: {
    readonly from: string;
    readonly to: string;
    readonly approvedBy: string;
    readonly verified: boolean;
  } | null;
  /** Versions named above, with the beginnings of their artefacts' hashes. */
  readonly artefacts: Readonly<Record<string, string>>;
  readonly temporalUi: string;
  readonly startedAt: string;
  readonly seconds: number;
}

export interface SummarySources {
  readonly client: Client;
  readonly database: Database;
  readonly folder: DemoFolder;
  readonly temporalUi: string;
  readonly startedAt: string;
}

/** Completed cycles that this run started. */
async function countCycles({ client, startedAt }: SummarySources): Promise<number> {
  let cycles = 0;
  for (const model of DEMO_MODELS) {
    const query = `WorkflowType = "monitoringCycle" AND ModelId = "${model}" AND ExecutionStatus = "Completed" AND StartTime >= "${startedAt}"`;
    cycles += (await client.workflow.count(query)).count;
  }
  return cycles;
}

/** From the loopback servers' stores; where the real channels were used, from the receipts. */
async function countMessages({ database, folder }: SummarySources): Promise<DemoSummary['messages']> {
  const slack = readSlackStore(folder.slackStore).messages.length;
  const email = readMailStore(folder.mailStore).length;
  if (slack > 0 || email > 0) return { slack, email };
  const sent = { slack: 0, email: 0 };
  for (const model of DEMO_MODELS) {
    for (const incident of await listIncidents(database.pool, model, 100)) {
      for (const { channel, state, kind } of await notificationsOf(database.pool, incident.id)) {
        if (state === 'sent' && kind !== 'edit') sent[channel] += 1;
      }
    }
  }
  return sent;
}

async function rollbackOf(database: Database): Promise<DemoSummary['rollback']> {
  const actions = await listActions(database.pool, DEMO_MODELS[0]);
  const rollback = actions.find(({ kind, to }) => kind === 'rollback' && to !== null);
  if (rollback === undefined) return null;
  const decision = await findDecision(database.pool, rollback.id);
  return {
    from: rollback.from ?? '',
    to: rollback.to ?? '',
    approvedBy: decision?.verdict === 'approve' ? decision.by : '',
    verified: rollback.state === 'verified',
  };
}

export async function computeSummary(sources: SummarySources): Promise<Omit<DemoSummary, 'seconds'>> {
  const { database } = sources;
  const actions = await listActions(database.pool, DEMO_MODELS[0]);
  const retrainings = actions.filter(({ kind }) => kind === 'retraining');
  const promoted = retrainings.find(({ state }) => state === 'verified')?.to ?? '';
  const rollback = await rollbackOf(database);
  const artefacts: Record<string, string> = {};
  for (const name of new Set([promoted, rollback?.from ?? '', rollback?.to ?? ''])) {
    const version = name === '' ? null : await findVersion(database.pool, DEMO_MODELS[0], name);
    if (version !== null) artefacts[name] = version.sha256.slice(0, 12);
  }
  let incidents = 0;
  for (const model of DEMO_MODELS) incidents += (await listIncidents(database.pool, model, 1000)).length;
  return {
    cycles: await countCycles(sources),
    incidents,
    messages: await countMessages(sources),
    retrainings: retrainings.length,
    promoted,
    rollback,
    artefacts,
    temporalUi: sources.temporalUi,
    startedAt: sources.startedAt,
  };
}
