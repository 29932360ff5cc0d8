/** One incident as the product describes it, for the tests of messages; each test changes what it is about. */
import type { ActionView, AlertView, IncidentView } from '../../../src/alerts/incident-view.js';

const november2008 = { from: Date.UTC(2008, 10, 1), to: Date.UTC(2008, 11, 1) };
export const january2009 = { from: Date.UTC(2009, 0, 1), to: Date.UTC(2009, 1, 1) };

export function exampleAlert(changes: Partial<AlertView> = {}): AlertView {
  return {
    rule: 'auc-fell',
    title: 'ROC AUC fell against the reference',
    metric: 'roc_auc',
    segment: '',
    state: 'firing',
    severity: 'critical',
    limit: 'fell by more than 0.05 against the reference',
    value: 0.50123456,
    interval: [0.47111, 0.53222],
    confidence: 0.99,
    reference: 0.612345,
    n: 480,
    window: november2008,
    firedValue: 0.50123456,
    peak: 0.50123456,
    subjects: [],
    ...changes,
  };
}

export function exampleAction(changes: Partial<ActionView> = {}): ActionView {
  return {
    id: 'rollback-bank-7',
    kind: 'rollback',
    state: 'waiting',
    question: 'Version 4 was released in May 2010 and the checks of its features fail. Roll back to version 3?',
    from: '4',
    to: '3',
    hash: '3fa9c17d2b7744aa01e5',
    expiresAt: '2026-11-23T12:40:00.000Z',
    askedOf: ['ana', 'ben'],
    approveCommand: 'npx --no plumbline approve rollback-bank-7',
    rejectCommand: 'npx --no plumbline reject rollback-bank-7',
    ...changes,
  };
}

export function exampleView(changes: Partial<IncidentView> = {}): IncidentView {
  return {
    incidentId: 'bank-marketing-3',
    model: 'bank-marketing',
    title: 'Bank marketing',
    team: 'growth',
    kind: 'breach',
    state: 'open',
    severity: 'critical',
    openedAt: '2026-11-22T12:40:00.000Z',
    sinceWindow: november2008,
    timezone: 'UTC',
    alerts: [
      exampleAlert(),
      exampleAlert({
        rule: 'missing',
        title: 'More values are missing',
        metric: 'missing_share',
        severity: 'warning',
        limit: 'up by more than 1 point over the reference',
        value: 0.0834,
        interval: [0.071, 0.0971],
        reference: 0.0012,
        n: 5120,
        firedValue: 0.0711,
        peak: 0.0901,
        subjects: [
          { name: 'job', value: 0.0834, reference: 0.0012, n: 5120 },
          { name: 'emp.var.rate', value: 0.0312, n: 5120 },
        ],
        breached: 2,
        judged: 16,
      }),
    ],
    servingVersion: '4',
    lastRelease: { version: '4', since: '2010-05-01T00:00:00.000Z' },
    actions: [exampleAction()],
    notes: ['ana: looking at the feed'],
    runbook: 'https://runbooks.example.org/bank?a=1&b=2',
    links: { incident: 'http://127.0.0.1:8233/namespaces/default/workflows/incident%2Fbank-marketing' },
    command: 'npx --no plumbline',
    stateVersion: 5,
    ...changes,
  };
}
