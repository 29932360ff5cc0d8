import { describe, expect, test } from 'vitest';
import { rolesFromColumnsFile } from '../../../src/io/csv/columns-file.js';

test('a columns file says which column plays which part', () => {
  const roles = rolesFromColumnsFile({
    numeric: ['age'],
    categorical: ['job'],
    prediction: 'said',
    score: 'how_sure',
    label: 'outcome',
    positive: 1,
    sensitive: ['sex', ['sex', 'race']],
    privileged: { sex: 'm' },
    timestamp: 'at',
    latency: 'ms',
    error: 'code',
    scores_are_probabilities: false,
  });
  expect(roles).toEqual({
    task: 'binary',
    numeric: ['age'],
    categorical: ['job'],
    prediction: 'said',
    score: 'how_sure',
    label: 'outcome',
    positive: '1',
    sensitive: [['sex'], ['sex', 'race']],
    privileged: { sex: 'm' },
    time: 'at',
    latency: 'ms',
    error: 'code',
    scoresAreProbabilities: false,
  });
});

test.each([
  ['a numeric label', { label_type: 'number' }, 'regression'],
  ['classes', { classes: ['a', 'b', 'c'] }, 'multiclass'],
  ['score columns', { scores: { a: 'pa', b: 'pb' } }, 'multiclass'],
  ['a positive class', { positive: '1' }, 'binary'],
])('the task follows from %s', (_, columns, task) => {
  expect(rolesFromColumnsFile(columns).task).toBe(task);
});

test('the score columns stand in the order of the classes', () => {
  const roles = rolesFromColumnsFile({ classes: ['b', 'a'], scores: { a: 'pa', b: 'pb' } });
  expect(roles.scores).toEqual([
    ['b', 'pb'],
    ['a', 'pa'],
  ]);
});

describe('a document with figures', () => {
  const document = (figures: unknown[]): unknown => ({
    columns: { positive: '1', sensitive: ['sex', 'race'] },
    figures,
  });

  test('adds the crossings and privileged groups that its figures name', () => {
    const roles = rolesFromColumnsFile(
      document([
        { attribute: 'sex', params: { privileged: 'm' } },
        { attribute: 'sex x race', params: {} },
        { attribute: 'sex x race' },
        {},
      ]),
    );
    expect(roles.sensitive).toEqual([['sex'], ['race'], ['sex', 'race']]);
    expect(roles.privileged).toEqual({ sex: 'm' });
  });

  test('takes a name with " x " in it as it stands where its parts are no attributes', () => {
    expect(rolesFromColumnsFile(document([{ attribute: 'size x colour' }])).sensitive).toContainEqual([
      'size x colour',
    ]);
  });
});

test('all faults are told at once, each with its path', () => {
  const faulty = (): unknown => rolesFromColumnsFile({ numeric: 'age', sensitive: [7], label_type: 'word' });
  expect(faulty).toThrow(/numeric/);
  expect(faulty).toThrow(/sensitive\.0/);
  expect(faulty).toThrow(/label_type/);
});
