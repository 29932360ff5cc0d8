/** Decisions, what people say to an incident, and test messages, by command and with a worker. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { signalIncident } from '../../activities/signalling.js';
import { NEW_ALERT } from '../../src/alerts/alert.js';
import { advance } from '../../src/alerts/state-machine.js';
import { changeAction, createAction, findAction } from '../../src/io/mysql/actions.js';
import { insertTransition, saveAlert } from '../../src/io/mysql/alerts.js';
import { findModel, type StoredModel } from '../../src/io/mysql/definitions.js';
import { openIncident } from '../../src/io/mysql/incidents.js';
import { select } from '../../src/io/mysql/rows.js';
import type { Verdict } from '../../src/model/verdict.js';
import type { CommandLine } from './command-line.js';
import { DAY, midnight, startWorkedLine, TOKEN, until, type WorkedLine } from './worked-line.js';

let line: WorkedLine;
let cli: CommandLine;
let model: StoredModel;

beforeAll(async () => {
  line = await startWorkedLine(inject('stack'), inject('workflowBundlePath'));
  ({ cli } = line);
  for (const version of ['v1', 'v2']) {
    const artefact = cli.file(`${version}.json`, version);
    await cli.run('release', cli.model, version, '--artefact', artefact, '--as', 'ana');
  }
  const stored = await findModel(cli.database.pool, cli.model);
  if (stored === null) throw new Error('the model was not applied');
  model = stored;
});
afterAll(async () => {
  await line.end();
});

describe('a decision', () => {
  let action = '';

  test('is awaited by a rollback asked for by hand', async () => {
    const rollback = (to: string) =>
      cli.json('rollback', cli.model, '--to', to, '--reason', 'v2 feels wrong', '--as', 'ben');
    const unknown = await rollback('v3');
    expect(unknown).toMatchObject({ status: 2, data: { error: { message: `${cli.model} has no version "v3"` } } });
    const serving = await rollback('v2');
    expect(serving).toMatchObject({ status: 2, data: { error: { message: 'refused: version v2 serves already' } } });
    const asked = await rollback('v1');
    expect(asked.status).toBe(0);
    ({ action } = asked.data as { action: string });
    const waiting = await until('the question', async () => {
      const found = await findAction(cli.database.pool, action);
      return found?.state === 'waiting' ? found : null;
    });
    expect(waiting.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test('on an action that does not exist names those that wait', async () => {
    const { status, err } = await cli.run('approve', 'bnk-rollback-1', '--as', 'ana');
    expect(status).toBe(2);
    expect(err).toContain('there is no action "bnk-rollback-1"');
    expect(err).toContain(action);
  });

  test('by somebody not allowed is refused, audited, and leaves the question open', async () => {
    const { status, err } = await cli.run('reject', action, '--as', 'mallory');
    expect(status).toBe(2);
    expect(err).toContain(`mallory may not decide on action ${action}; approvers: ana`);
    const rows = await select(
      cli.database.pool,
      "SELECT actor FROM audit WHERE outcome = 'refused' AND what = 'reject'",
    );
    expect(rows).toEqual([{ actor: 'mallory' }]);
    expect((await findAction(cli.database.pool, action))?.state).toBe('waiting');
  });

  test('is final: the second one hears by whom and when', async () => {
    const first = await cli.run('reject', action, '--as', 'ana', '--note', 'v2 is fine');
    expect([first.status, first.out]).toEqual([0, `${action} was rejected by ana\n`]);
    const second = await cli.run('approve', action, '--as', 'ana');
    const final = /was already rejected by ana at \d{4}-.*; the first decision stands/;
    expect([second.status, second.err]).toEqual([2, expect.stringMatching(final)]);
    const why = await cli.run('why', action);
    expect(why.out).toMatch(/asked by ben: v2 feels wrong\n {2}decision: reject by ana at .* \(cli\): v2 is fine/);
  });

  test('on an expired or withdrawn question says so', async () => {
    const { pool } = cli.database;
    await until('the end of the first action', async () =>
      (await findAction(pool, action))?.open === false ? true : null,
    );
    const now = Date.now();
    const asked = { by: 'ben', reason: 'r', from: 'v2', to: 'v1', generation: 2, revision: 1, dataTime: now, now };
    const late = await createAction(pool, { ...asked, model: cli.model, kind: 'rollback', incident: null });
    await changeAction(pool, late, { state: 'waiting', hash: 'a'.repeat(64), expiresAt: now - 1000 }, now);
    const expired = await cli.run('approve', late, '--as', 'ana');
    expect([expired.status, expired.err]).toEqual([2, expect.stringMatching(/expired at .*; nothing was done/)]);
    await changeAction(pool, late, { state: 'withdrawn', outcome: 'another switch went first', finished: true }, now);
    const withdrawn = await cli.run('approve', late, '--as', 'ana');
    const gone = /was withdrawn at .*: another switch went first/;
    expect([withdrawn.status, withdrawn.err]).toEqual([2, expect.stringMatching(gone)]);
  });

  test('a retraining that the definition does not have is refused', async () => {
    const { status, err } = await cli.run('retrain', cli.model, '--reason', 'old');
    expect([status, err]).toEqual([2, expect.stringContaining('has no actions.retrain')]);
  });
});

const BREACH: Verdict = {
  rule: 'poison-rows',
  segment: '',
  status: 'breach',
  reason: 'beyond limit',
  severity: 'warning',
  action: 'none',
  limit: 'above 0.01',
  evidence: [{ figure: 'poison_share', subject: '', value: 0.2, n: 100 }],
  breached: 1,
  judged: 1,
  provisional: false,
};

/** An alert that fires, as a cycle would store it, and its incident. */
async function openTrouble(): Promise<string> {
  const { pool } = cli.database;
  const limit = { kind: 'above', value: 0.01 } as const;
  const { state, transition } = advance(NEW_ALERT, {
    kind: 'verdict',
    verdict: BREACH,
    rule: { hold: { breaches: 1, of: 1 }, keep: 2, limit, metric: 'poison_share' },
    window: { from: midnight - DAY, to: midnight },
    version: 'v2',
    past: false,
  });
  const key = { model: cli.model, rule: BREACH.rule, segment: '' };
  await saveAlert(pool, key, state, Date.now());
  if (transition !== null) await insertTransition(pool, key, null, transition, Date.now());
  const to = { ...model, taskQueue: cli.env['PLUMBLINE_TASK_QUEUE'] ?? '' };
  await signalIncident(cli.client, to, 'transitions', { model: cli.model });
  return (await until('the incident', () => openIncident(pool, cli.model))).id;
}

describe('people', () => {
  let incident = '';

  test('acknowledge, comment and silence an incident, by its id or its model’s', async () => {
    const { pool } = cli.database;
    await until('the end of the rollback’s own incident', async () =>
      (await openIncident(pool, cli.model)) === null ? true : null,
    );
    incident = await openTrouble();
    const said = [
      await cli.run('ack', incident, '--as', 'ana', '--note', 'looking'),
      await cli.run('comment', cli.model, 'the feed is late', '--as', 'ben'),
      await cli.run('silence', incident, '--for', '2h', '--reason', 'known', '--as', 'ana'),
    ];
    const answer = [0, `${incident} is acknowledged (warning)\n`];
    expect(said.map(({ status, out }) => [status, out])).toEqual([answer, answer, answer]);
    const why = await cli.run('why', incident);
    for (const part of ['poison-rows', 'the feed is late', 'silenced', `${incident}/slack/1`]) {
      expect(why.out).toContain(part);
    }
  });

  test('why a message was sent is told by its id', async () => {
    const { status, data } = await cli.json('why', `${incident}/slack/1`);
    expect([status, data]).toEqual([0, expect.objectContaining({ incident, channel: 'slack', kind: 'root' })]);
  });

  test.each([
    [['ack', 'INCIDENT', '--as', 'ben'], /refused: ana has acknowledged it already/],
    [['ack', 'nobody-7'], /no incident or model "nobody-7"\n {2}open now: INCIDENT/],
    [['silence', 'INCIDENT', '--reason', 'x'], /either --until or --for/],
    [['silence', 'INCIDENT', '--for', '2 fortnights', '--reason', 'x'], /--for "2 fortnights" has an unknown unit/],
    [['silence', 'INCIDENT', '--until', '2020-01-01', '--reason', 'x'], /lies in the past/],
    [['silence', 'INCIDENT', '--for', '60d', '--reason', 'x'], /refused: a silence lasts at most 30 days/],
    [['close', 'INCIDENT', '--reason', 'x'], /closed only as a false alarm/],
    [['comment', 'INCIDENT'], /missing required argument 'text'/],
    [['why', 'nobody-7'], /no incident, message or action "nobody-7"\n {2}newest incidents: INCIDENT/],
  ])('%j is status 2 with its reason', async (args, message) => {
    const { status, err } = await cli.run(...args.map((arg) => (arg === 'INCIDENT' ? incident : arg)));
    const expected = new RegExp(message.source.replace('INCIDENT', incident));
    expect([status, err]).toEqual([2, expect.stringMatching(expected)]);
  });

  test('close it as a false alarm; after that it is over', async () => {
    const close = () => cli.run('close', incident, '--false-alarm', '--reason', 'a test', '--as', 'ana');
    expect((await close()).status).toBe(0);
    const again = await close();
    expect([again.status, again.err]).toEqual([2, expect.stringMatching(/is closed since .*false alarm, says ana/)]);
    expect((await cli.json('incidents', cli.model, '--open')).data).toEqual([]);
  });
});

describe('notify test', () => {
  test('says what each channel answered', async () => {
    const { status, out } = await cli.run('notify', 'test', cli.model, '--as', 'ana');
    expect(status).toBe(0);
    expect(out).toMatch(/slack +#model-alerts +sent +posted as .* message \d+\.\d+/);
    expect(out).toMatch(/email +team@example\.org +sent +taken by the mail server as <test\./);
    expect(line.mail.mails().map(({ headers }) => headers['subject'])).toContain(`[Plumbline] Test for ${cli.model}`);
  });

  test('a wrong token is status 2, a server that is away status 3, and neither secret is shown', async () => {
    cli.env['SLACK_BOT_TOKEN'] = 'xoxb-wrong-canary';
    cli.env['PLUMBLINE_SMTP_URL'] = 'smtp://user:canary@127.0.0.1:1';
    const slackOnly = await cli.run('notify', 'test', cli.model, '--channel', 'slack');
    const mailOnly = await cli.run('notify', 'test', cli.model, '--channel', 'email');
    Object.assign(cli.env, { SLACK_BOT_TOKEN: TOKEN, PLUMBLINE_SMTP_URL: line.mail.url });
    expect([slackOnly.status, slackOnly.out]).toEqual([2, expect.stringContaining('invalid_auth')]);
    expect([mailOnly.status, mailOnly.out]).toEqual([3, expect.stringContaining('could not hand the mail')]);
    expect(slackOnly.out + mailOnly.out).not.toContain('canary');
    const sms = await cli.run('notify', 'test', cli.model, '--channel', 'sms');
    expect([sms.status, sms.err]).toEqual([2, expect.stringContaining('channels are slack and email')]);
  });
});
