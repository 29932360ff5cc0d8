import { expect, test } from 'vitest';
import { formulaFigures, isFormula } from './formulas.js';
import { compareFigure, listCases, readCase, readExpected } from './read-case.js';

const cases = listCases().filter((name) => readExpected(name).figures.some(isFormula));
let compared = 0;

test.each(cases)('every formula of %s agrees', (name) => {
  const { expected, reference, roles } = readCase(name);
  const got = new Map(formulaFigures(expected, reference, roles).map((figure) => [figure.id, figure]));
  const wanted = expected.filter(isFormula);
  compared += wanted.length;
  expect(wanted.flatMap((figure) => compareFigure(figure, got.get(figure.id)) ?? [])).toEqual([]);
});

test('and there are as many as the set holds', () => {
  expect(compared).toBe(13);
});

test('a formula that is not known is left out, not passed', () => {
  const { expected, reference, roles } = readCase('article-linear');
  const unknown = { ...expected.find(isFormula)!, figure: 'unheard_of' };
  expect(formulaFigures([unknown], reference, roles)).toEqual([]);
});
