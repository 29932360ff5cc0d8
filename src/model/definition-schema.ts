/** The shape of a definition file, for Zod; `json-schema.ts` makes the editors' schema of it. */
import { z } from 'zod';
import type { Span } from './definition.js';
import { parseSpan } from './durations.js';
import {
  cell,
  columnName,
  count,
  duration,
  durationOrZero,
  featureName,
  filterValue,
  leaf,
  line,
  modelId,
  person,
  secret,
  share,
  span,
  tableName,
  timezone,
  webAddress,
} from './definition-leaves.js';
import { actionsSchema, notifySchema } from './definition-schema-actions.js';
import { LEAVABLE_FAMILIES } from './left-out.js';
import { rulesSchema } from './definition-schema-rules.js';

const where = z
  .record(columnName('region'), filterValue('EU'))
  .optional()
  .meta({
    description: 'Only rows in which these columns have these values; of a list, one of them.',
    examples: [{ region: ['EU', 'UK'], live: true }],
  });

const connection = secret('env:SHOP_MYSQL_URL');

const column = (example: string, description: string) => columnName(example).optional().meta({ description });

const sourceSchema = z
  .strictObject({
    connection: connection
      .optional()
      .meta({ description: "Database, `mysql://…`, by reference. Default: Plumbline's own." }),
    table: tableName('scoring_log').meta({ description: 'Table or view that holds the predictions.' }),
    columns: z
      .strictObject({
        id: columnName('id').meta({ description: 'Identifies a prediction; joins it to its label.' }),
        time: columnName('scored_at').meta({ description: 'When the prediction was made, UTC.' }),
        version: column('model_version', 'Version of the model that predicted.'),
        prediction: columnName('decision').meta({ description: 'What was predicted.' }),
        score: column('p', 'Binary models: score of the positive class.'),
        scores: z
          .record(line('good'), columnName('p_good'))
          .optional()
          .meta({ description: 'Multi-class models: class → column of its score.', examples: [{ good: 'p_good' }] }),
        latency: column('ms', 'Milliseconds that the prediction took.'),
        processing: column('model_ms', 'Milliseconds of the latency that the model itself worked.'),
        cpu: column('cpu', 'What the prediction took of the processor, in the unit that was logged.'),
        memory: column('rss', 'What the prediction took of memory, in the unit that was logged.'),
        gpu: column('gpu', 'What the prediction took of a graphics card, in the unit that was logged.'),
        error: column('err', 'Error code of a failed request; empty when it went well.'),
        caller: column('api_key_id', 'Who asked for the prediction; repeated probing by one caller is measured then.'),
      })
      .meta({
        description: 'Which column plays which part.',
        examples: [{ id: 'id', time: 'scored_at', prediction: 'decision' }],
      }),
    features_json: column('features', 'One JSON column that holds all features. Absent: each feature is a column.'),
    where,
  })
  .meta({ description: "Where the predictions are. Default: Plumbline's own table, filled by `plumbline ingest`." });

const featureList = (description: string) =>
  z
    .array(featureName('age'))
    .optional()
    .meta({ description, examples: [['age', 'balance']] });

const featuresSchema = z
  .strictObject({
    numeric: featureList('Features that are numbers.'),
    categorical: featureList('Features that are categories or texts.'),
    other: featureList('Columns that are no features but are needed: sensitive attributes the model does not see.'),
  })
  .meta({
    description: 'What the model sees. Watched for quality and drift.',
    examples: [{ numeric: ['age', 'balance'], categorical: ['job'] }],
  });

const labelsSchema = leaf(
  z.union([
    z.literal('none').meta({ description: 'There are no labels: performance is not judged.' }),
    z.strictObject({
      connection: connection.optional().meta({ description: "Database, by reference. Default: the source's." }),
      table: tableName('outcomes')
        .optional()
        .meta({ description: "Table or view that holds the labels. Default: Plumbline's own." }),
      id: column('prediction_id', 'Id of the prediction; needed with `table`.'),
      label: column('outcome', 'What really happened; needed with `table`.'),
      arrived: column(
        'arrived_at',
        'When the label came in; a cycle sees only what had arrived by its scheduled time.',
      ),
      time: column('scored_at', 'Time of the prediction as this table repeats it; makes the join cheaper.'),
      where,
      min_coverage: share(0.8).optional().meta({
        description: 'Performance is judged once this share of the rows of a window has its label. Default: 0.8.',
      }),
      deadline: span('45d').optional().meta({
        description: 'After this time labels are no longer waited for, whatever their coverage. Default: 45d.',
      }),
    }),
  ]),
  { expects: '`none`, or a mapping with `table`, `id` and `label`' },
  'none',
).meta({ description: "Where the true outcomes are. Default: Plumbline's own table." });

const scheduleSchema = z
  .strictObject({
    window: span('1d').optional().meta({ description: 'Length of a window. Default: 1 day.' }),
    every: span('1d').optional().meta({
      description: 'How often a window is judged; must divide the window. Default: the length of the window.',
    }),
    timezone: timezone.optional().meta({ description: 'Where days, weeks and months begin. Default: UTC.' }),
    delay: durationOrZero('10m').optional().meta({
      description: 'How long after the end of a window its rows may still come in. Default: 10m.',
    }),
    catchup: duration('1d').optional().meta({
      description:
        'A slot missed by less than this is still run, as if in time; older windows are measured but alert nobody. Default: 1d.',
    }),
    timeout: duration('30m').optional().meta({ description: 'Longest time of one cycle. Default: 30m.' }),
  })
  .meta({ description: 'The rhythm.' });

/** `trainer`, or `first` with a length. */
function referenceInWords(text: string, context: z.RefinementCtx): { first: Span } | 'trainer' {
  if (text === 'trainer') return text;
  const length = parseSpan(text.replace(/^first /, ''));
  if (text.startsWith('first ') && length.ok) return { first: length.value };
  context.addIssue({ code: 'custom', message: '' });
  return z.NEVER;
}

const referenceSchema = leaf(
  z.union([
    z.string().transform(referenceInWords).meta({ pattern: '^(trainer|first .+)$' }),
    z.strictObject({
      first: span('28d').optional().meta({ description: "This long from the version's first row." }),
      min_rows: count(1, 1_000_000_000, 1000)
        .optional()
        .meta({ description: 'With `first`: go on until this many rows are there. Default: 1000.' }),
      from: line('2008-05-01').optional().meta({ description: 'First day, or instant, of a fixed span (inclusive).' }),
      to: line('2008-08-01').optional().meta({ description: 'End of that span (exclusive).' }),
    }),
  ]),
  { expects: '`first 28d` (or another length), `trainer`, or a span `{ from: 2008-05-01, to: 2008-08-01 }`' },
  'first 28d',
).meta({
  description:
    'What is normal: `first 28d` of the version, rows that the `trainer` wrote, or a span `{ from, to }`. Default: first 28d.',
  examples: ['first 28d', 'trainer', { from: '2008-05-01', to: '2008-08-01' }],
});

export const definitionSchema = z
  .strictObject({
    plumbline: z
      .literal(1)
      .optional()
      .meta({ description: 'Version of this file format.', examples: [1] }),
    model: modelId.meta({ description: 'Name of the model, unique for ever.', examples: ['bank-marketing'] }),
    title: line('Who will subscribe').optional().meta({ description: 'What people call it. Default: its name.' }),
    team: line('growth').optional().meta({ description: 'Whose it is; a search attribute. Default: unassigned.' }),
    task: z
      .enum(['binary', 'multiclass', 'regression'])
      .meta({ description: 'What it predicts.', examples: ['binary'] }),
    positive: cell('yes').optional().meta({ description: 'Binary models: the label that counts as positive.' }),
    scores_are_probabilities: z.boolean().optional().meta({
      description:
        'false for scores that only rank: log loss, Brier score and calibration are left out. Default: true.',
    }),
    source: sourceSchema.optional(),
    features: featuresSchema.optional(),
    labels: labelsSchema.optional(),
    sensitive: z
      .array(
        leaf(
          z.union([featureName('sex'), z.array(featureName('sex')).min(2).max(4)]),
          { expects: 'the name of an attribute, or a list of 2 to 4 names for a crossing' },
          'sex',
        ),
      )
      .optional()
      .meta({
        description: 'Sensitive attributes, listed under `features` too; a list within the list is a crossing.',
        examples: [['sex', 'race', ['sex', 'race']]],
      }),
    leave_out: z
      .array(z.enum(LEAVABLE_FAMILIES))
      .min(1)
      .optional()
      .meta({
        description:
          'Families of figures that are neither measured nor judged, such as the search for weak segments. Default: none is left out.',
        examples: [['segment', 'security']],
      }),
    min_group: count(1, 1_000_000, 10).optional().meta({
      description:
        'Groups of people with fewer rows, and groups that reveal such ones, are not shown in messages. Default: 10.',
    }),
    schedule: scheduleSchema.optional(),
    reference: referenceSchema.optional(),
    read: z
      .enum(['rows', 'hours'])
      .optional()
      .meta({
        description:
          'rows: every window is read row by row. hours: each closed hour is read once and kept as a profile; windows are sums of hours. Default: rows.',
        examples: ['hours'],
      }),
    retention: span('90d').optional().meta({
      description:
        "How long `plumbline retain` keeps the model's rows in Plumbline's own tables. Default: it leaves them.",
    }),
    min_rows: count(1, 1_000_000_000, 100)
      .optional()
      .meta({ description: 'Windows with fewer rows are not judged: unknown, too few rows. Default: 100.' }),
    rules: rulesSchema.optional(),
    notify: notifySchema.optional(),
    approvers: z
      .array(person('ana'))
      .optional()
      .meta({ description: 'Who may approve or reject actions.', examples: [['ana', 'ben']] }),
    actions: actionsSchema.optional(),
    runbook: webAddress.optional().meta({ description: 'Page that messages point to: what to do about an incident.' }),
  })
  .meta({ title: 'Plumbline definition', description: 'How one model is watched.' });

export type DefinitionInput = z.output<typeof definitionSchema>;
export type SourceInput = z.output<typeof sourceSchema>;
export type LabelsInput = Exclude<z.output<typeof labelsSchema>, 'none'>;
export type ScheduleInput = z.output<typeof scheduleSchema>;
export type ReferenceInput = z.output<typeof referenceSchema>;
