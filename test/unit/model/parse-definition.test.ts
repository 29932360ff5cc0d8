/** A definition file either gives a complete definition, or every one of its faults with its place and cure. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../src/model/definition.js';
import type { DefinitionContext } from '../../../src/model/definition-checks-acting.js';
import type { Fault } from '../../../src/model/definition-faults.js';
import { parseDefinition } from '../../../src/model/parse-definition.js';

const FOLDER = join(import.meta.dirname, 'definitions');

const defaultRule = (id: string, metric: string, action: Rule['action'] = 'none'): Rule => ({
  id,
  title: id,
  metric,
  scope: 'features',
  limit: { kind: 'above', value: 0.1 },
  clear: 0.05,
  hold: { breaches: 2, of: 2 },
  keep: 2,
  minimumN: 200,
  certainty: null,
  severity: 'warning',
  action,
});

const CONTEXT: DefinitionContext = {
  defaultRules: () => [defaultRule('drift-numeric', 'ks_statistic'), defaultRule('volume', 'volume_ratio', 'rollback')],
  metrics: [
    'roc_auc',
    'estimated_roc_auc',
    'recall',
    'mae',
    'ks_statistic',
    'ks_p_asymp',
    'volume_ratio',
    'error_rate',
    'rows',
    'selection_rate_ratio',
  ],
};

const faultsIn = (text: string): readonly Fault[] => {
  const parsed = parseDefinition(text, 'churn.yaml', CONTEXT);
  return parsed.ok ? [] : parsed.faults;
};

/** A faulty line ends in `#! path | part of message or cure`, once for each fault that it must give. */
function expectedFaults(text: string): { place: string; words: string }[] {
  return text.split('\n').flatMap((line, index) =>
    line
      .split('#! ')
      .slice(1)
      .map((mark) => {
        const [path = '', words = ''] = mark.split('| ');
        return { place: `${String(index + 1)} ${path.trim()}`, words: words.trim() };
      }),
  );
}

const FIXTURES = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml') && !name.startsWith('complete'));

describe('every fault of a file is told, at its line, with its path and a cure', () => {
  it.each(FIXTURES)('%s', (name) => {
    const text = readFileSync(join(FOLDER, name), 'utf8');
    const expected = expectedFaults(text);
    const faults = faultsIn(text);
    expect(expected.length).toBeGreaterThan(0);
    expect(faults.map(({ line, path }) => `${String(line)} ${path}`)).toEqual(expected.map(({ place }) => place));
    for (const [index, { words }] of expected.entries()) {
      const { message = '', cure = '', column = 0, file } = faults[index] ?? {};
      expect(`${message} — ${cure}`).toContain(words);
      expect(message).not.toBe('');
      expect(cure).not.toBe('');
      expect(column).toBeGreaterThan(0);
      expect(file).toBe('churn.yaml');
    }
  });

  it('has exactly five messages for one fault in each of five sections', () => {
    const text = readFileSync(join(FOLDER, 'five-faults-in-five-sections.yaml'), 'utf8');
    expect(faultsIn(text).map(({ line }) => line)).toEqual([6, 11, 14, 20, 24]);
  });

  it('never repeats a secret', () => {
    const text = readFileSync(join(FOLDER, 'secret-given-literally.yaml'), 'utf8');
    expect(JSON.stringify(faultsIn(text))).not.toContain('hunter2');
  });

  it.each([
    ['an empty file', '', 'The file is empty'],
    ['a file of comments', '# nothing yet\n', 'The file is empty'],
    ['a list', '- model: churn\n', 'must be a mapping'],
    ['a bare text', 'churn', 'must be a mapping'],
    ['a file of another kind', 'x'.repeat(300_000), 'too large'],
    ['a dangerous key', 'model: a\ntask: regression\n__proto__: { b: 1 }\n', '`__proto__` cannot be used'],
  ])('tells %s in one message', (_, text, words) => {
    const faults = faultsIn(text);
    expect(faults.map(({ message }) => message)).toEqual([expect.stringContaining(words)]);
  });

  it('refuses aliases that multiply, without following them', () => {
    const lists = Array.from({ length: 12 }, (_, i) =>
      i === 0
        ? 'a0: &a0 [x, x, x, x]'
        : `a${String(i)}: &a${String(i)} [${Array(8)
            .fill(`*a${String(i - 1)}`)
            .join(', ')}]`,
    );
    const [fault] = faultsIn(lists.join('\n'));
    expect(fault?.cure).toContain('instead of using an alias');
  });

  it('points at the value behind an alias', () => {
    const faults = faultsIn('model: churn\ntask: regression\nteam: &name growth\nmin_rows: *name\n');
    expect(faults.map(({ path }) => path)).toEqual(['min_rows']);
  });
});

describe('a sound file becomes a definition with every default filled in', () => {
  const parsed = (text: string, context = CONTEXT) => {
    const result = parseDefinition(text, 'churn.yaml', context);
    if (!result.ok) throw new Error(JSON.stringify(result.faults));
    return result;
  };

  it('takes three lines', () => {
    const { definition, warnings } = parsed('model: churn\ntask: binary\npositive: 1\n');
    expect(definition).toEqual({
      model: 'churn',
      title: 'churn',
      team: 'unassigned',
      task: 'binary',
      positive: '1',
      scoresAreProbabilities: true,
      source: {
        table: 'predictions',
        filters: { model: 'churn' },
        columns: {
          id: 'id',
          time: 'time',
          version: 'version',
          prediction: 'prediction',
          score: 'score',
          latency: 'latency_ms',
          error: 'error_code',
          featuresJson: 'features',
        },
      },
      features: { numeric: [], categorical: [] },
      labels: {
        table: 'labels',
        filters: { model: 'churn' },
        id: 'id',
        label: 'label',
        time: 'time',
        arrived: 'arrived_at',
        minimumCoverage: 0.8,
        deadline: { count: 45, unit: 'day' },
      },
      sensitive: [],
      schedule: {
        window: { count: 1, unit: 'day' },
        every: { count: 1, unit: 'day' },
        timezone: 'UTC',
        delayMs: 600_000,
        catchupMs: 86_400_000,
        timeoutMs: 1_800_000,
      },
      reference: { kind: 'first', length: { count: 28, unit: 'day' }, minimumRows: 1000 },
      minimumRows: 100,
      rules: [defaultRule('drift-numeric', 'ks_statistic'), defaultRule('volume', 'volume_ratio')],
      notify: { acknowledgeForMs: 86_400_000 },
      approvers: [],
      actions: {},
    });
    expect(warnings.map(({ path }) => path)).toEqual(['notify']);
  });

  it('takes every key', () => {
    const { definition, warnings } = parsed(readFileSync(join(FOLDER, 'complete.yaml'), 'utf8'));
    expect(warnings).toEqual([]);
    expect(definition).toEqual(JSON.parse(readFileSync(join(FOLDER, 'complete.json'), 'utf8')));
  });

  it('keeps the action of a default rule only where the definition allows it', () => {
    const volume = (text: string) => parsed(text).definition.rules.find(({ id }) => id === 'volume')?.action;
    const head = 'model: churn\ntask: regression\n';
    expect(volume(head)).toBe('none');
    expect(volume(`${head}approvers: [ana]\nactions: { rollback: {} }\n`)).toBe('rollback');
  });

  it('drops the clear threshold of a default rule whose limit is changed', () => {
    const text = 'model: churn\ntask: regression\nrules: { change: { drift-numeric: { above: 0.04 } } }\n';
    const [rule] = parsed(text).definition.rules;
    expect(rule).toMatchObject({ limit: { kind: 'above', value: 0.04 } });
    expect(rule).not.toHaveProperty('clear');
  });

  it('has no rules but its own where the default rules are off', () => {
    const text = 'model: c\ntask: regression\nrules: { defaults: false, add: [{ id: e, metric: mae, above: 3 }] }\n';
    expect(parsed(text).definition.rules.map(({ id }) => id)).toEqual(['e']);
  });

  it.each([
    ['critical', { breaches: 1, of: 1 }],
    ['warning', { breaches: 2, of: 2 }],
  ])('lets a %s rule hold for its usual number of windows', (severity, hold) => {
    const rule = `{ id: e, metric: mae, above: 3, severity: ${severity} }`;
    const { definition } = parsed(`model: c\ntask: regression\nrules: { defaults: false, add: [${rule}] }\n`);
    expect(definition.rules[0]?.hold).toEqual(hold);
  });

  it.each([
    ['trainer', { kind: 'trainer' }],
    ['first 3 months', { kind: 'first', length: { count: 3, unit: 'month' }, minimumRows: 1000 }],
    ['{ first: 14d, min_rows: 50 }', { kind: 'first', length: { count: 14, unit: 'day' }, minimumRows: 50 }],
    [
      '{ from: 2024-07-01, to: 2024-07-02T12:00:00Z }',
      { kind: 'span', from: '2024-07-01T04:00:00.000Z', to: '2024-07-02T12:00:00.000Z' },
    ],
  ])('reads the reference %s', (reference, expected) => {
    const text = `model: c\ntask: regression\nschedule: { timezone: America/New_York }\nreference: ${reference}\n`;
    expect(parsed(text).definition.reference).toEqual(expected);
  });

  it.each([
    ['binary', 'roc_auc'],
    ['multiclass', 'accuracy'],
    ['regression', 'mae'],
  ])('compares versions of a %s model by %s', (task, metric) => {
    const positive = task === 'binary' ? 'positive: 1\n' : '';
    const retrain = '{ command: [node, t.js], gate: { margin: 0.1 } }';
    const text = `model: c\ntask: ${task}\n${positive}approvers: [a]\nactions: { retrain: ${retrain}, rollback: {} }\n`;
    const { actions } = parsed(text).definition;
    expect([actions.retrain?.gate.metric, actions.rollback?.verify.metric]).toEqual([metric, metric]);
  });

  it('warns of an attribute whose values are numbers', () => {
    const text = 'model: c\ntask: regression\nfeatures: { numeric: [age] }\nsensitive: [age]\n';
    expect(parsed(text).warnings.map(({ path, line }) => [path, line])).toContainEqual(['sensitive[0]', 4]);
  });

  it('reads `yes`, `no` and `off` as texts, whatever older YAML made of them', () => {
    const text = 'model: c\ntask: binary\npositive: yes\nrules: { change: { volume: off } }\n';
    const { definition } = parsed(text);
    expect([definition.positive, definition.rules.length]).toEqual(['yes', 1]);
  });

  it('takes any metric where the caller knows no catalogue', () => {
    const text = 'model: c\ntask: regression\nrules: { add: [{ id: e, metric: house_blend, above: 3 }] }\n';
    expect(parsed(text, { defaultRules: () => [] }).definition.rules).toHaveLength(1);
  });
});
