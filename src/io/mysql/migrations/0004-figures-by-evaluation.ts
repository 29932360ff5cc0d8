/** Figures are read by evaluation; an index that nothing read made each of them cost two inserts. */
export const figuresByEvaluation = {
  number: 4,
  name: 'figures-by-evaluation',
  statements: ['ALTER TABLE figures DROP INDEX figures_by_metric'],
} as const;
