/** The shape of `rules:` in a definition file. */
import { z } from 'zod';
import { count, featureName, leaf, line, metricName, number, ruleId } from './definition-leaves.js';

/** A plain number, or a share of the reference's value written with a per cent sign. */
export interface Amount {
  readonly value: number;
  readonly relative: boolean;
}

const PERCENT = /^[+-]?\d+(\.\d+)? ?%$/;

const amount = (expects: string, example: number): z.ZodType<Amount, string | number> =>
  leaf(
    z.union([
      number(example).transform((value) => ({ value, relative: false })),
      z
        .string()
        .regex(PERCENT)
        .transform((text) => ({ value: Number(text.replace(/ ?%$/, '')) / 100 + 0, relative: true })),
    ]),
    { expects },
    example,
  );

const hold = leaf(
  z.union([
    count(1, 100, 2).transform((breaches) => ({ breaches, of: breaches })),
    z
      .string()
      .regex(/^\d{1,3} of \d{1,3}$/)
      .transform((text) => {
        const [breaches = 1, of = 1] = text.split(' of ').map(Number);
        return { breaches, of };
      }),
  ]),
  { expects: 'a number of windows from 1 to 100, or a text such as `3 of 5`' },
  2,
).meta({
  description:
    'How many windows must breach before the alert fires: `2` (in a row) or `3 of 5`. Only windows that share no time are counted. Default: 1 for critical rules, 2 for others.',
  examples: [2, '3 of 5'],
});

const certainty = leaf(
  z.union([z.number().gt(0.5).lt(1), z.literal('none').transform(() => null)]),
  { expects: 'a confidence above 0.5 and below 1, or `none`' },
  0.99,
).meta({
  description:
    'The figure must lie beyond the limit with this confidence; `none` judges the bare value. Default: 0.99, or `none` where `significance` is given.',
  examples: [0.99, 'none'],
});

const significance = z
  .strictObject({
    metric: metricName('ks_p_asymp').meta({ description: 'The figure that holds the p-value.' }),
    correction: z.enum(['benjamini-hochberg', 'holm', 'none']).optional().meta({
      description: 'How p-values of many features or groups are judged together. Default: benjamini-hochberg.',
    }),
    level: leaf(z.number().gt(0).lt(1), { expects: 'a level above 0 and below 1' }, 0.001)
      .optional()
      .meta({ description: 'False discovery rate, or level of the test. Default: 0.001.' }),
  })
  .meta({ description: 'A second condition for a breach: the p-value, corrected for the number of subjects.' });

/** What a rule of one's own and a changed default rule have in common. */
const judgement = {
  title: line('AUC is too low to be useful')
    .optional()
    .meta({ description: 'One line for people: what the rule guards against.' }),
  below: number(0.6)
    .optional()
    .meta({ description: 'Breach when the figure is below this.', examples: [0.6] }),
  above: number(0.2)
    .optional()
    .meta({ description: 'Breach when the figure is above this.', examples: [0.2] }),
  outside: leaf(z.tuple([number(0.5), number(2)]), { expects: 'two numbers, the lower one first' }, [0.5, 2])
    .optional()
    .meta({ description: 'Breach when the figure is outside these two.' }),
  changed_by: amount('a number, or a share with a per cent sign such as `20%`', -0.05)
    .optional()
    .meta({
      description:
        'Breach when the figure has moved from the reference by more than this, in the direction of the sign: `-0.05` is "fell by more than 0.05", `20%` is "rose by more than a fifth".',
      examples: [-0.05, '20%'],
    }),
  clear: amount('a number, or a share with a per cent sign where the limit is one', 0.62)
    .optional()
    .meta({
      description:
        'Where the alert clears again, on the safe side of the limit; between the two nothing changes. With `outside`: the distance inward from either end. Default: the limit.',
      examples: [0.62],
    }),
  for: hold.optional(),
  keep: count(1, 100, 2)
    .optional()
    .meta({ description: 'The alert resolves after this many clear windows in a row. Default: 2.' }),
  min_n: count(1, 1_000_000_000, 50).optional().meta({
    description:
      "The figure's own count must reach this (recall counts positives, AUC the rarer class), else the verdict is unknown. Default: 100.",
  }),
  certainty: certainty.optional(),
  significance: significance.optional(),
  learned: z
    .boolean()
    .optional()
    .meta({
      description:
        'Another condition for a breach: beyond the limit learned from the reference’s own windows, once there are 20. Default: false.',
      examples: [true],
    }),
  only: z
    .array(featureName('age'))
    .min(1)
    .optional()
    .meta({
      description:
        'Narrows `scope: features` to these features, or `scope: groups` to these attributes (`sex`, `sex x race`).',
      examples: [['age', 'balance']],
    }),
  severity: z
    .enum(['info', 'warning', 'critical'])
    .optional()
    .meta({ description: 'How bad a breach is; only critical alerts escalate. Default: warning.' }),
  action: z.enum(['none', 'retrain', 'rollback', 'remedy']).optional().meta({
    description:
      'What a firing alert asks for; `remedy` lets Plumbline choose between rollback and retraining. Default: none.',
  }),
};

export const ruleSchema = z
  .strictObject({
    id: ruleId.meta({ description: 'Name of the rule, unique in the model; part of the identity of its alerts.' }),
    metric: metricName('roc_auc').meta({ description: 'The figure to judge; `plumbline metrics` lists them.' }),
    scope: z.enum(['model', 'features', 'prediction', 'groups', 'segments']).optional().meta({
      description:
        'Judge the model as a whole, each feature, the prediction and score, or each group of the sensitive attributes, or the weak segments that were found. Default: model.',
    }),
    ...judgement,
  })
  .meta({ description: 'A rule of your own. Exactly one of below, above, outside and changed_by is needed.' });

export const ruleChangeSchema = leaf(
  z.union([
    z.literal('off').meta({ description: 'The rule is left out.' }),
    z.strictObject(judgement).meta({ description: 'What is different; everything else stays as the default has it.' }),
  ]),
  { expects: '`off`, or what is different: `{ severity: critical }`' },
  'off',
);

export const rulesSchema = z
  .strictObject({
    defaults: z
      .boolean()
      .optional()
      .meta({ description: 'Whether the default rules for the task are in force. Default: true.' }),
    change: z
      .record(ruleId, ruleChangeSchema)
      .optional()
      .meta({
        description: 'Default rules that are switched `off` or changed, by their id.',
        examples: [{ 'drift-numeric': { severity: 'critical' } }],
      }),
    add: z.array(ruleSchema).optional().meta({ description: 'Rules of your own.' }),
  })
  .meta({ description: 'What is judged. Default: the default rules.' });

export type RuleInput = z.output<typeof ruleSchema>;
export type RuleChange = Exclude<z.output<typeof ruleChangeSchema>, 'off'>;
