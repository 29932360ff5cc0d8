import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

import { DAYS, readPeople, SENSITIVE } from '../../examples/adult/people.js';
import { decide, incomeModel } from '../../examples/adult/serve.js';
import { parseDefinition } from '../../src/model/parse-definition.js';
import { defaultRules } from '../../src/rules/default-rules.js';
import { rocAuc } from './roc-auc.js';

const folder = resolve(import.meta.dirname, '../../examples/adult');
const { training, served } = readPeople(`${folder}/data/adult.csv.gz`);
const { artefact } = incomeModel(training);
const decisions = decide(artefact, 'v1', served);

describe('the income example', () => {
  test('is watched by a definition without fault', () => {
    const text = readFileSync(`${folder}/plumbline.yaml`, 'utf8');
    const parsed = parseDefinition(text, 'plumbline.yaml', { defaultRules });
    expect(parsed.ok ? [] : parsed.faults).toEqual([]);
    expect(parsed.ok ? parsed.definition.features : null).toMatchObject(artefact.features);
  });

  test('deals all rows out to training and whole days, none twice', () => {
    expect(training.length + served.length).toBe(32_561);
    expect(new Set([...training, ...served].map(({ id }) => id)).size).toBe(32_561);
    const days = new Map<string, number>();
    for (const { time } of served) {
      const day = new Date(time).toISOString().slice(0, 10);
      days.set(day, (days.get(day) ?? 0) + 1);
    }
    expect(days.size).toBe(DAYS);
    expect([...days.values()].sort()).toEqual([4112, 4112, 4112, 4112, 4113]);
  });

  test('has scikit-learn’s AUC on the rows that it was not fitted on', () => {
    expect(
      rocAuc(
        decisions,
        served.map(({ label }) => label === '>50K'),
      ),
    ).toBeCloseTo(0.9058279546875291, 6);
  });

  test('scores alike whatever sex and race a row has: the model is not given them', () => {
    const [person] = served;
    const others = ['Female', 'Male'].flatMap((sex) => ['White', 'Black'].map((race) => ({ sex, race })));
    const twins =
      person === undefined ? [] : others.map((group) => ({ ...person, values: { ...person.values, ...group } }));
    expect(new Set(decide(artefact, 'v1', twins).map(({ score }) => score)).size).toBe(1);
    for (const name of SENSITIVE) expect(JSON.stringify(artefact)).not.toContain(`"${name}"`);
  });

  test('selects women at less than four fifths of the rate of men all the same', () => {
    const rate = (sex: string): number => {
      const group = decisions.filter(({ features }) => features['sex'] === sex);
      return group.filter(({ prediction }) => prediction === '>50K').length / group.length;
    };
    expect(rate('Female') / rate('Male')).toBeLessThan(0.8);
  });
});
