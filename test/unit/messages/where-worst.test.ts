import { expect, test } from 'vitest';
import { describeAlert } from '../../../src/alerts/message.js';
import { exampleAlert } from './example-view.js';

const groups = exampleAlert({
  title: 'A group is selected less often than the rest',
  metric: 'selection_rate_to_rest',
  segment: 'race',
  limit: 'below 0.8',
  value: 0.57,
  breached: 1,
  judged: 3,
  subjects: [
    { name: 'Black', value: 0.57, n: 418 },
    { name: 'Asian', value: 1.03, n: 122 },
    { name: 'White', value: 1.51, n: 607 },
    { name: 'Eskimo', value: null, n: 32, reason: 'insufficient evidence: 32 rows in the group, 100 needed' },
  ],
});

test('only groups that breach are named as worst, however many were judged', () => {
  expect(describeAlert(groups, 'UTC').lines).toContain('1 of 3 breach. Worst: Black 0.57 (n 418)');
});

test('groups without enough evidence are named as not judged, with the reason', () => {
  const lines = describeAlert(groups, 'UTC').lines;
  expect(lines).toContain('Not judged: Eskimo (insufficient evidence: 32 rows in the group, 100 needed)');
});

test('nothing is said of an alert on the model as a whole', () => {
  const lines = describeAlert(exampleAlert({ subjects: [] }), 'UTC').lines;
  expect(lines.some((line) => line.includes('Worst') || line.includes('Not judged'))).toBe(false);
});
