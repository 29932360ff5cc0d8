import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { measureExplanation } from '../../src/explain/measure-explanation.js';
import { modelFromFile } from '../../src/model/explained-model.js';
import { compareFigure, listCases, readCase, readExpected } from './read-case.js';

const cases = listCases().filter((name) => readExpected(name).figures.some(({ family }) => family === 'explain'));
let compared = 0;

function readModel(name: string): unknown {
  const path = new URL(`./cases/${name}/model.json.gz`, import.meta.url);
  return JSON.parse(gunzipSync(readFileSync(path)).toString('utf8')) as unknown;
}

describe('every explanation of the golden set agrees with the enumeration that shap confirms', () => {
  it.each(cases)('%s', async (name) => {
    const { roles, reference, current, expected } = readCase(name);
    const figures = await measureExplanation(modelFromFile(readModel(name)), reference, current, roles);
    const byId = new Map(figures.map((figure) => [figure.id, figure]));
    expect(byId.size).toBe(figures.length);
    const wanted = expected.filter(({ family }) => family === 'explain');
    compared += wanted.length;
    expect(wanted.flatMap((figure) => compareFigure(figure, byId.get(figure.id)) ?? [])).toEqual([]);
  });

  it('none was left out', () => {
    expect(compared).toBe(78);
  });
});
