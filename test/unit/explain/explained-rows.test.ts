import { describe, expect, test } from 'vitest';
import { rolesFromColumnsFile } from '../../../src/io/csv/columns-file.js';

describe('the columns file says how many rows are explained', () => {
  const columns = { numeric: ['a'], planted: 'known' };
  const figures = [{ figure: 'base_value' }, { figure: 'mean_abs_shap', params: { rows: 6 } }];

  test.each([
    ['nothing', { columns }, undefined],
    ['explain_rows', { columns: { ...columns, explain_rows: 3 } }, 3],
    ['the mean of Shapley values that a golden document expects', { columns, figures }, 6],
    ['explain_rows before the document', { columns: { ...columns, explain_rows: 3 }, figures }, 3],
  ])('%s', (_, document, rows) => {
    const roles = rolesFromColumnsFile(document);
    expect(roles.explainRows).toBe(rows);
    expect(roles.planted).toBe('known');
  });

  test.each([0, 1.5, 'all'])('%s is no number of rows', (rows) => {
    expect(() => rolesFromColumnsFile({ numeric: [], explain_rows: rows })).toThrow(/explain_rows/);
  });
});
