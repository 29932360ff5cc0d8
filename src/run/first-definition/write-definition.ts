/** The text of a first definition: every guess with its reason, every default rule with what it means. */
import type { Rule } from '../../model/definition.js';
import type { Task } from '../../model/frame.js';
import { explainRule } from '../../rules/explain-rule.js';
import type { FeatureGuess, Guess, GuessedColumns, GuessedFeatures, RoleName } from './guess-columns.js';
import { comment, flowList, flowMap, line, scalar } from './yaml-lines.js';

export interface LabelsGuess {
  readonly table: string;
  readonly id: string;
  readonly label: string;
  readonly arrived?: string;
  readonly why: string;
}

export interface FirstDefinition {
  readonly model: string;
  readonly table: string;
  readonly connection?: string;
  readonly task: Guess & { readonly value: Task };
  readonly positive?: Guess;
  readonly roles: GuessedColumns['roles'];
  readonly scores?: Readonly<Record<string, string>>;
  readonly features: GuessedFeatures;
  /** Null where there are none. */
  readonly labels: LabelsGuess | null;
  readonly window: Guess;
  readonly reference: Guess;
}

/** Keys of `source.columns`, in the order of the docs. */
const COLUMN_ROLES: readonly RoleName[] = ['id', 'time', 'version', 'prediction', 'score', 'latency', 'error'];

function sourceLines({ table, connection, roles, scores }: FirstDefinition): string[] {
  const columns = COLUMN_ROLES.flatMap((role) => {
    const guess = roles[role];
    return guess === undefined ? [] : [line(4, `${role}: ${scalar(guess.value)}`, guess.why)];
  });
  const perClass = Object.entries(scores ?? {}).map(([name, column]) => [name, scalar(column)] as const);
  return [
    'source:',
    ...(connection === undefined
      ? comment(2, "No `connection`: the table is in Plumbline's own database.")
      : [
          line(
            2,
            `connection: ${scalar(connection)}`,
            'where the address stands; the address itself never stands here',
          ),
        ]),
    line(2, `table: ${scalar(table)}`, 'read only'),
    line(2, 'columns:'),
    ...columns,
    ...(perClass.length === 0
      ? []
      : [line(4, `scores: ${flowMap(Object.fromEntries(perClass))}`, 'a score for each class')]),
    ...(roles.featuresJson === undefined
      ? []
      : [line(2, `features_json: ${scalar(roles.featuresJson.value)}`, roles.featuresJson.why)]),
  ];
}

function featureList(key: string, guesses: readonly FeatureGuess[]): string[] {
  if (guesses.length === 0) return [];
  return [line(2, `${key}:`), ...guesses.map(({ name, why }) => line(4, `- ${scalar(name)}`, why))];
}

function featureLines({ features: { numeric, categorical, sensitive, leftOut } }: FirstDefinition): string[] {
  const left = leftOut.flatMap(({ name, why }) => comment(2, `Left out: ${name}, ${why}.`));
  const lists = [...featureList('numeric', numeric), ...featureList('categorical', categorical)];
  const body = lists.length === 0 ? ['features: {}'] : ['features:', ...lists];
  const attributes = sensitive.map(({ name }) => name);
  return [
    ...comment(0, 'What the model sees. Take out what it does not see, and what nobody should watch.'),
    ...body,
    ...left,
    ...(attributes.length === 0
      ? comment(
          0,
          'No `sensitive`: no column is named like a protected attribute; list yours, and groups are compared.',
        )
      : [
          line(
            0,
            `sensitive: ${flowList(attributes)}`,
            'protected attributes in many places: their groups are compared',
          ),
        ]),
  ];
}

function labelLines({ labels, connection }: FirstDefinition): string[] {
  if (labels === null) {
    const own = connection === undefined ? ' Without the line, they are read from what `plumbline ingest` stores.' : '';
    return [
      ...comment(
        0,
        `Once outcomes have a table in the same database: labels: { table: …, id: …, label: … }, or init with --label TABLE.COLUMN.${own}`,
      ),
      line(0, 'labels: none', 'no column looks like an outcome; performance is not judged'),
    ];
  }
  const { table, id, label, arrived } = labels;
  return [
    line(0, 'labels:', labels.why),
    line(2, `table: ${scalar(table)}`),
    line(2, `id: ${scalar(id)}`),
    line(2, `label: ${scalar(label)}`),
    ...(arrived === undefined
      ? []
      : [line(2, `arrived: ${scalar(arrived)}`, 'lets a window of the past be judged as it was known then')]),
    line(2, 'min_coverage: 0.8', 'performance is judged once so many rows have their outcome'),
    line(2, 'deadline: 45d', '… or after this long, whatever the coverage then is'),
  ];
}

const plain = (value: number): string => String(Number(value.toPrecision(12)));
const share = (value: number): string => `'${plain(value * 100)}%'`;

/** The limit of a rule as a change of the default, which it leaves as it is. */
function limitOf({ limit, clear }: Rule): Readonly<Record<string, string>> {
  const amount = limit.kind === 'changed' && limit.relative ? share : plain;
  const end = clear === undefined ? {} : { clear: amount(clear) };
  switch (limit.kind) {
    case 'below':
      return { below: plain(limit.value), ...end };
    case 'above':
      return { above: plain(limit.value), ...end };
    case 'outside':
      return { outside: `[${plain(limit.low)}, ${plain(limit.high)}]`, ...end };
    case 'changed':
      return { changed_by: amount(limit.by), ...end };
  }
}

function ruleLines(rules: readonly Rule[]): string[] {
  if (rules.length === 0) return [];
  return [
    ...comment(
      0,
      'The default rules, with their limits. A line can be changed, or switched off with `off`; a line taken out leaves its ' +
        'default in force. `defaults: false` drops them all; rules of your own stand under `add`.',
    ),
    'rules:',
    line(2, 'change:'),
    ...rules.flatMap((rule) => [
      ...comment(4, `${rule.title}. ${explainRule(rule)}`),
      line(4, `${rule.id}: ${flowMap(limitOf(rule))}`),
    ]),
  ];
}

const END = [
  '# Who is told, and who may decide: take the signs away and put in your own.',
  '# notify:',
  "#   slack: { channel: '#ml-alerts' }",
  '# approvers: [ana, ben]',
];

/** `rules` are the default rules of this very definition. */
export function writeDefinition(first: FirstDefinition, rules: readonly Rule[]): string {
  const { model, task, positive, window, reference } = first;
  const blocks: readonly (readonly string[])[] = [
    [
      ...comment(
        0,
        `Made by plumbline init from ${first.table}. Guesses have their reason beside them: read them, then apply.`,
      ),
      'plumbline: 1',
      line(0, `model: ${scalar(model)}`, 'its name for ever; part of the ids of workflows'),
      line(0, `task: ${task.value}`, task.why),
      ...(positive === undefined ? [] : [line(0, `positive: ${scalar(positive.value)}`, positive.why)]),
    ],
    sourceLines(first),
    featureLines(first),
    labelLines(first),
    [
      'schedule:',
      line(2, `window: ${window.value}`, window.why),
      line(2, 'timezone: UTC', 'where days begin; an IANA name such as Europe/Paris'),
      line(0, `reference: ${reference.value}`, reference.why),
    ],
    ruleLines(rules),
    END,
  ];
  const written = blocks.filter((lines) => lines.length > 0);
  return `${written.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
