import { describe, expect, it } from 'vitest';
import { NEW_ALERT } from '../../src/alerts/alert.js';
import {
  hasSomebodyToTell,
  insertTransition,
  linkAlert,
  loadAlerts,
  loadAlertsToAdvance,
  modelsWithUntold,
  receiptTransition,
  saveAlert,
  transitionsOfIncident,
  untoldTransitions,
} from '../../src/io/mysql/alerts.js';
import { audit } from '../../src/io/mysql/audit.js';
import { backfillPermits, recordBackfill } from '../../src/io/mysql/backfills.js';
import {
  activeSilence,
  changeIncident,
  createIncident,
  findIncident,
  insertNote,
  insertSilence,
  journalOf,
  listIncidents,
  openIncident,
  takeStep,
  type NewIncident,
} from '../../src/io/mysql/incidents.js';
import {
  findNotification,
  hasNewerEdit,
  hasRoot,
  insertNotification,
  markNotification,
  markSending,
  notificationsOf,
  sentRoot,
  undelivered,
  type NewNotification,
} from '../../src/io/mysql/notifications.js';
import { select } from '../../src/io/mysql/rows.js';
import { NOW, transitionOf } from './judged.js';
import { DAY } from './reading.js';
import { onEachServer } from './servers.js';

const MINUTE = 60_000;
const incidentOf = (model: string, change: Partial<NewIncident> = {}): NewIncident => ({
  ...{ model, kind: 'breach', severity: 'warning', runId: 'run-1', window: DAY, now: NOW },
  ...change,
});

onEachServer((database) => {
  describe('alerts', () => {
    it('keep their whole state, each rule and segment for itself', async () => {
      const { pool } = database();
      const firing = {
        ...NEW_ALERT,
        state: 'firing' as const,
        severity: 'critical' as const,
        firedValue: 0.1 + 0.2,
        cursor: DAY,
      };
      await saveAlert(pool, { model: 'alerts', rule: 'auc', segment: '' }, firing, NOW);
      await saveAlert(pool, { model: 'alerts', rule: 'auc', segment: 'sex' }, NEW_ALERT, NOW);
      await saveAlert(pool, { model: 'alerts', rule: 'auc', segment: 'sex' }, { ...NEW_ALERT, transitions: 7 }, NOW);
      await linkAlert(pool, { model: 'alerts', rule: 'auc', segment: '' }, 'alerts-1');
      expect((await loadAlerts(pool, 'alerts')).toSorted((a, b) => (a.segment < b.segment ? -1 : 1))).toEqual([
        { model: 'alerts', rule: 'auc', segment: '', state: firing, incident: 'alerts-1' },
        { model: 'alerts', rule: 'auc', segment: 'sex', state: { ...NEW_ALERT, transitions: 7 }, incident: null },
      ]);
    });
  });

  describe('transitions', () => {
    const key = (model: string, rule = 'auc') => ({ model, rule, segment: '' });

    it('are numbered once: the same number of the same alert is refused', async () => {
      const { pool } = database();
      await insertTransition(pool, key('numbers'), 1, transitionOf(1), NOW);
      await expect(insertTransition(pool, key('numbers'), 2, transitionOf(1), NOW)).rejects.toThrow(
        /transitions_numbered/,
      );
      await insertTransition(pool, key('numbers'), null, transitionOf(2), NOW);
      await insertTransition(pool, key('numbers', 'other'), 2, transitionOf(1), NOW);
      expect(
        (await untoldTransitions(pool, 'numbers')).map(({ rule, transition }) => [rule, transition.number]),
      ).toEqual([
        ['auc', 1],
        ['auc', 2],
        ['other', 1],
      ]);
    });

    it('are untold until an incident has taken them, and come back whole', async () => {
      const { pool } = database();
      await insertTransition(pool, key('told'), 5, transitionOf(1), NOW);
      await insertTransition(pool, key('told'), 6, transitionOf(2, { to: 'resolved' }), NOW + 1);
      const [first] = await untoldTransitions(pool, 'told');
      expect(first).toEqual({
        ...{ ...key('told'), id: first?.id, evaluation: 5, transition: transitionOf(1), createdAt: NOW },
        ...{ toldAt: null, incident: null },
      });
      expect(await modelsWithUntold(pool, NOW + 1)).toContain('told');
      expect(await modelsWithUntold(pool, NOW)).not.toContain('told');
      expect(await hasSomebodyToTell(pool, 'told')).toBe(true);
      expect(await loadAlertsToAdvance(pool, 'told')).toEqual({ alerts: [], somebodyToTell: true });
      await receiptTransition(pool, first?.id ?? 0, 'told-1', NOW + 2);
      expect((await untoldTransitions(pool, 'told')).map(({ transition }) => transition.number)).toEqual([2]);
      expect(await transitionsOfIncident(pool, 'told-1')).toMatchObject([{ toldAt: NOW + 2, incident: 'told-1' }]);
      expect(await hasSomebodyToTell(pool, 'silent')).toBe(false);
      await saveAlert(pool, key('silent'), NEW_ALERT, NOW);
      const alerts = await loadAlerts(pool, 'silent');
      expect(alerts).toHaveLength(1);
      expect(await loadAlertsToAdvance(pool, 'silent')).toEqual({ alerts, somebodyToTell: false });
    });
  });

  describe('incidents', () => {
    it('of a model at most one is open, whoever asks how often; ids count up', async () => {
      const { pool } = database();
      const outcomes = await Promise.allSettled(
        Array.from({ length: 10 }, () => createIncident(pool, incidentOf('churn'))),
      );
      expect(outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))).toEqual(['churn-1']);
      await changeIncident(pool, 'churn-1', { open: false, state: 'resolved', closedAt: NOW });
      expect(await openIncident(pool, 'churn')).toBeNull();
      expect(await createIncident(pool, incidentOf('churn', { now: NOW + 1 }))).toBe('churn-2');
      await changeIncident(pool, 'churn-2', { open: false, state: 'closed' });
      // Closed ones there may be many.
      expect(await createIncident(pool, incidentOf('churn', { now: NOW + 2 }))).toBe('churn-3');
      expect((await listIncidents(pool, 'churn', 2)).map(({ id }) => id)).toEqual(['churn-3', 'churn-2']);
      await expect(changeIncident(pool, 'churn-1', { open: true })).rejects.toThrow(/incidents_open/);
    });

    it('of models with long names have ids of their own', async () => {
      const { pool } = database();
      const long = 'm'.repeat(63);
      const ids = [
        await createIncident(pool, incidentOf(`${long}a`)),
        await createIncident(pool, incidentOf(`${long}b`)),
        await createIncident(pool, incidentOf(long.slice(0, 62))),
      ];
      expect(new Set(ids).size).toBe(3);
      for (const id of ids) expect(id).toMatch(/^m+.*-1$/);
      expect(Math.max(...ids.map((id) => id.length))).toBeLessThanOrEqual(64);
      expect((await findIncident(pool, ids[1] ?? ''))?.model).toBe(`${long}b`);
    });

    it('each change raises the state version; what is not named stays', async () => {
      const { pool } = database();
      const id = await createIncident(pool, incidentOf('changes', { window: null, kind: 'manual' }));
      await changeIncident(pool, id, {
        state: 'acknowledged',
        acknowledgedBy: 'a'.repeat(200),
        acknowledgedUntil: NOW + 1,
      });
      await changeIncident(pool, id, { acknowledgedBy: null, closedReason: 'r'.repeat(500) });
      expect(await findIncident(pool, id)).toMatchObject({
        ...{ state: 'acknowledged', severity: 'warning', acknowledgedBy: null, acknowledgedUntil: NOW + 1 },
        ...{ closedReason: 'r'.repeat(300), stateVersion: 3, windowFrom: null, openedAt: NOW },
      });
      expect([await takeStep(pool, id), await takeStep(pool, id), await takeStep(pool, 'unknown')]).toEqual([1, 2, 0]);
    });

    it('a note is written once for the same words at the same instant', async () => {
      const { pool } = database();
      const note = (by: string, words: string, at = NOW): Promise<boolean> =>
        insertNote(pool, 'notes-1', 'comment', by, words, at);
      const long = '👍'.repeat(1500);
      expect([
        ...[await note('ana', 'looking'), await note('ana', 'looking'), await note('ben', 'looking')],
        ...[await note('ana', 'looking', NOW + 1), await note('ana', long), await note('ana', long)],
      ]).toEqual([true, false, true, true, true, false]);
      expect((await journalOf(pool, 'notes-1')).map(({ actor, at }) => [actor, at - NOW])).toEqual([
        ...[
          ['ana', 0],
          ['ben', 0],
          ['ana', 1],
          ['ana', 0],
        ],
      ]);
    });

    it('the silence that ends last is in force, until it ends', async () => {
      const { pool } = database();
      const silence = (by: string, minutes: number): Promise<void> =>
        insertSilence(pool, 'quiet', null, { by, reason: 'x'.repeat(600), until: NOW + minutes * MINUTE }, NOW);
      expect(await activeSilence(pool, 'quiet', NOW)).toBeNull();
      await silence('ana', 30);
      await silence('ben', 10);
      expect((await activeSilence(pool, 'quiet', NOW))?.by).toBe('ana');
      expect((await activeSilence(pool, 'quiet', NOW + 30 * MINUTE - 1))?.reason).toBe('x'.repeat(500));
      expect(await activeSilence(pool, 'quiet', NOW + 30 * MINUTE)).toBeNull();
    });
  });

  describe('notifications', () => {
    const of = (incident: string, step: number, change: Partial<NewNotification> = {}): NewNotification => ({
      ...{ id: `${incident}/slack/${String(step)}`, incident, channel: 'slack', step, kind: 'root', why: 'opened' },
      ...{ event: { kind: 'opened' }, suppressed: false, now: NOW },
      ...change,
    });

    it('are written down once before anything is sent', async () => {
      const { pool } = database();
      await insertNotification(pool, of('once', 1, { why: 'w'.repeat(400) }));
      await expect(insertNotification(pool, of('once', 1))).rejects.toThrow(/duplicate entry/i);
      expect(await findNotification(pool, 'once/slack/1')).toEqual({
        ...{ id: 'once/slack/1', incident: 'once', channel: 'slack', step: 1, kind: 'root', why: 'w'.repeat(300) },
        ...{ event: { kind: 'opened' }, state: 'intended', attempts: 0, receipt: null, error: null },
        ...{ createdAt: NOW, sentAt: null },
      });
    });

    it('tell where they stand: intended, sending, unknown, sent with a receipt that stays', async () => {
      const { pool } = database();
      await insertNotification(pool, of('states', 1));
      const stateOf = async (): Promise<unknown> => {
        const found = await findNotification(pool, 'states/slack/1');
        return [found?.state, found?.attempts, found?.receipt, found?.error, found?.sentAt];
      };
      await markSending(pool, 'states/slack/1', NOW);
      expect(await stateOf()).toEqual(['sending', 1, null, null, null]);
      await markNotification(pool, 'states/slack/1', { state: 'unknown', error: 'e'.repeat(600) }, NOW + 1);
      expect(await stateOf()).toEqual(['unknown', 1, null, 'e'.repeat(500), null]);
      await markSending(pool, 'states/slack/1', NOW + 2);
      await markNotification(pool, 'states/slack/1', { state: 'sent', receipt: { ts: '1767.1' } }, NOW + 3);
      await markNotification(pool, 'states/slack/1', { state: 'sent' }, NOW + 4);
      expect(await stateOf()).toEqual(['sent', 2, { ts: '1767.1' }, null, NOW + 3]);
    });

    it('edits and replies refer to the newest first message that was sent', async () => {
      const { pool } = database();
      expect([await sentRoot(pool, 'roots', 'slack'), await hasRoot(pool, 'roots', 'slack')]).toEqual([null, false]);
      await insertNotification(pool, of('roots', 1, { suppressed: true }));
      expect(await hasRoot(pool, 'roots', 'slack')).toBe(false);
      for (const step of [2, 3, 4]) await insertNotification(pool, of('roots', step));
      expect([await hasRoot(pool, 'roots', 'slack'), await hasRoot(pool, 'roots', 'email')]).toEqual([true, false]);
      expect(await sentRoot(pool, 'roots', 'slack')).toBeNull();
      for (const step of [2, 3]) await markNotification(pool, `roots/slack/${String(step)}`, { state: 'sent' }, NOW);
      expect((await sentRoot(pool, 'roots', 'slack'))?.step).toBe(3);
      for (const step of [5, 6]) await insertNotification(pool, of('roots', step, { kind: 'edit' }));
      const [older, newer] = await Promise.all(
        [5, 6].map((step) => findNotification(pool, `roots/slack/${String(step)}`)),
      );
      expect(
        older != null && newer != null && [await hasNewerEdit(pool, older), await hasNewerEdit(pool, newer)],
      ).toEqual([true, false]);
      expect((await notificationsOf(pool, 'roots')).map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    });

    it('what was written down and not delivered is found, oldest first; what is sent or muted is not', async () => {
      const { pool } = database();
      const states = ['intended', 'sent', 'failed', 'unknown', 'suppressed'] as const;
      for (const [i, state] of states.entries()) {
        await insertNotification(pool, of('late', i, { now: 1000 - i }));
        await markNotification(pool, `late/slack/${String(i)}`, { state }, NOW);
      }
      expect((await undelivered(pool, 1001)).map(({ step }) => step)).toEqual([3, 2, 0]);
      expect(await undelivered(pool, 997)).toEqual([]);
    });
  });

  it('a permission for past slots holds for its slots, ends included, and only if it was meant to alert', async () => {
    const { pool } = database();
    const permission = { model: 'past', from: NOW, to: NOW + 2 * MINUTE, by: 'ana', now: NOW };
    await recordBackfill(pool, { ...permission, alert: false });
    expect(await backfillPermits(pool, 'past', NOW)).toBe(false);
    await recordBackfill(pool, { ...permission, alert: true });
    const permits = await Promise.all(
      [-1, 0, 2 * MINUTE, 2 * MINUTE + 1].map((by) => backfillPermits(pool, 'past', NOW + by)),
    );
    expect(permits).toEqual([false, true, true, false]);
    expect(await backfillPermits(pool, 'other', NOW)).toBe(false);
  });

  it('the audit keeps also what people send that is longer than its columns', async () => {
    const { pool } = database();
    const long = 'ü"\\'.repeat(400);
    await audit(pool, {
      ...{
        at: NOW,
        actor: long,
        via: long,
        what: 'approve',
        model: 'audited',
        subject: long,
        outcome: 'refused',
        reason: long,
      },
      detail: { long },
    });
    const [row] = await select(
      pool,
      "SELECT CHAR_LENGTH(actor) AS a, CHAR_LENGTH(reason) AS r, detail FROM audit WHERE model = 'audited'",
    );
    expect(row).toMatchObject({ a: 128, r: 500, detail: JSON.stringify({ long }) });
  });
});
