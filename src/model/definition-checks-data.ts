/** Faults between the parts of a definition that say what the data are: task, source, features, labels, reference. */
import { COLUMN_NAME } from './identifiers.js';
import {
  DEFAULT_DEADLINE,
  DEFAULT_DELAY_MS,
  DEFAULT_RETRAIN_SPAN,
  DEFAULT_WINDOW,
  parseInstant,
} from './definition-build.js';
import type { Span } from './definition.js';
import type { Sections } from './definition-sections.js';
import type { Complaint, Path } from './definition-yaml.js';
import { dividesEvenly, formatDuration, formatSpan, nominalMs } from './durations.js';
import { nearest } from './nearest.js';
import { RESERVED_FEATURE_NAMES } from './roles.js';

/** What the server of the schedules accepts as the shortest catch-up window. */
const SHORTEST_CATCHUP_MS = 10_000;

export function taskComplaints({ sound, written }: Sections): Complaint[] {
  const { task, source } = sound;
  const complaints: Complaint[] = [];
  if (task === 'binary' && !written(['positive'])) {
    const message = '`positive` is missing: which label of the two counts as positive?';
    complaints.push({
      path: ['positive'],
      at: ['task'],
      on: 'key',
      message,
      cure: 'Add for example `positive: "yes"`',
    });
  }
  if (task !== undefined && task !== 'binary' && written(['positive'])) {
    const message = `\`positive\` has no meaning for a ${task} model`;
    complaints.push({ path: ['positive'], on: 'key', message, cure: 'Leave it out, or write `task: binary`' });
  }
  if (task !== undefined && task !== 'binary' && source?.columns.score !== undefined) {
    const cure =
      task === 'multiclass' ? 'Use `scores: { class: column }`' : 'Leave it out: the prediction is the value';
    const message = `\`score\` has no meaning for a ${task} model`;
    complaints.push({ path: ['source', 'columns', 'score'], on: 'key', message, cure });
  }
  if (task !== undefined && task !== 'multiclass' && source?.columns.scores !== undefined) {
    const cure = task === 'binary' ? 'Use `score` for the column of the positive class' : 'Leave it out';
    const message = `\`scores\` has no meaning for a ${task} model`;
    complaints.push({ path: ['source', 'columns', 'scores'], on: 'key', message, cure });
  }
  return complaints;
}

/** One column that plays two parts. */
export function sourceComplaints({ sound }: Sections): Complaint[] {
  const parts = new Map<string, string>();
  const complaints: Complaint[] = [];
  const columns = sound.source?.columns;
  if (columns === undefined) return [];
  const { scores, ...single } = columns;
  const all: [Path, string][] = [
    ...Object.entries(single).flatMap(([part, column]): [Path, string][] =>
      column === undefined ? [] : [[[part], column]],
    ),
    ...Object.entries(scores ?? {}).map(([name, column]): [Path, string] => [['scores', name], column]),
  ];
  for (const [part, column] of all) {
    const other = parts.get(column);
    const name = part.join('.');
    if (other === undefined) parts.set(column, name);
    else {
      const message = `The column \`${column}\` is given for \`${other}\` and for \`${name}\``;
      complaints.push({
        path: ['source', 'columns', ...part],
        message,
        cure: 'Name a column of its own for each part',
      });
    }
  }
  return complaints;
}

const FEATURE_LISTS = ['numeric', 'categorical', 'other'] as const;

export function featureComplaints({ sound, settled }: Sections): Complaint[] {
  const { features, source } = sound;
  const complaints: Complaint[] = [];
  const seen = new Map<string, string>();
  const inColumns = settled('source') && source !== undefined && source.features_json === undefined;
  for (const list of FEATURE_LISTS) {
    for (const [index, name] of (features?.[list] ?? []).entries()) {
      const path = ['features', list, index];
      const before = seen.get(name);
      seen.set(name, list);
      if (before !== undefined) {
        const where = before === list ? `twice under \`${list}\`` : `under \`${before}\` and under \`${list}\``;
        complaints.push({ path, message: `\`${name}\` stands ${where}`, cure: 'Keep one of the two' });
      } else if (RESERVED_FEATURE_NAMES.includes(name)) {
        const cure = 'Leave it out if it is that column; else rename the feature in a view or in the JSON';
        complaints.push({ path, message: `A feature cannot be called \`${name}\`: that is the name of a part`, cure });
      } else if (inColumns && !COLUMN_NAME.test(name)) {
        const cure = 'Use a view that renames it, or keep the features in one JSON column (`features_json`)';
        complaints.push({ path, message: `\`${name}\` cannot be the name of a column here`, cure });
      }
    }
  }
  return complaints;
}

export function sensitiveComplaints({ sound, settled }: Sections): Complaint[] {
  const { features, sensitive } = sound;
  if (!settled('features')) return [];
  const known = FEATURE_LISTS.flatMap((list) => features?.[list] ?? []);
  const complaints: Complaint[] = [];
  const seen = new Set<string>();
  for (const [index, attribute] of (sensitive ?? []).entries()) {
    const names = typeof attribute === 'string' ? [attribute] : attribute;
    const key = JSON.stringify([...names].sort());
    if (seen.has(key) || new Set(names).size < names.length) {
      const message = typeof attribute === 'string' ? `\`${attribute}\` stands twice` : 'This crossing repeats a name';
      complaints.push({ path: ['sensitive', index], message, cure: 'Keep one of the two' });
    }
    seen.add(key);
    for (const [position, name] of names.entries()) {
      if (known.includes(name)) continue;
      const path = ['sensitive', index, ...(typeof attribute === 'string' ? [] : [position])];
      const guess = nearest(name, known);
      const cure =
        guess === undefined ? 'Add it to `features.other`, if the model does not see it' : `Did you mean \`${guess}\`?`;
      complaints.push({ path, message: `The sensitive attribute \`${name}\` is not listed under \`features\``, cure });
    }
  }
  return complaints;
}

/** Labels are joined to predictions by the database that holds both. */
function databaseComplaints({ sound, settled }: Sections): Complaint[] {
  const { labels, source } = sound;
  if (!settled('source', 'labels') || labels === 'none') return [];
  if (labels?.connection !== undefined && labels.connection !== source?.connection) {
    const message = 'The labels must be in the same database as the predictions, or in another one of the same server';
    const cure = 'Leave `connection` out; on the same server write `table: their_database.their_table`';
    return [{ path: ['labels', 'connection'], message, cure }];
  }
  if (source?.connection === undefined || labels?.table !== undefined) return [];
  const message = 'The predictions are in another database than Plumbline’s own table of labels';
  const cure =
    'Name the `table`, `id` and `label` of the labels there (on the same server `database.table`), or write `labels: none`';
  const at = labels === undefined ? ['source', 'connection'] : ['labels'];
  return [{ path: ['labels'], at, on: 'key', message, cure }];
}

export function labelComplaints(sections: Sections): Complaint[] {
  const { sound, settled, written } = sections;
  const { labels, schedule } = sound;
  const complaints = databaseComplaints(sections);
  if (labels === undefined || labels === 'none') return complaints;
  for (const key of ['id', 'label'] as const) {
    if (labels.table !== undefined && labels[key] === undefined) {
      const message = `\`${key}\` is missing in \`labels\``;
      const cure =
        key === 'id' ? 'Name the column that holds the id of the prediction' : 'Name the column that holds the outcome';
      complaints.push({ path: ['labels', key], on: 'key', message, cure });
    }
  }
  for (const key of ['connection', 'id', 'label', 'time', 'arrived', 'where'] as const) {
    if (labels.table !== undefined || labels[key] === undefined) continue;
    const message = `\`${key}\` needs \`table\`: Plumbline's own table of labels has its own columns`;
    complaints.push({
      path: ['labels', key],
      on: 'key',
      message,
      cure: 'Name the table of the labels, or leave this out',
    });
  }
  const deadline = labels.deadline ?? DEFAULT_DEADLINE;
  const delay = schedule?.delay ?? DEFAULT_DELAY_MS;
  if (settled('schedule') && nominalMs(deadline) < delay) {
    const message = `Labels are given up after ${formatSpan(deadline)}, but a window is first judged ${formatDuration(delay)} after its end`;
    const cure = 'Make `labels.deadline` longer than `schedule.delay`';
    const path = written(['labels', 'deadline']) ? ['labels', 'deadline'] : ['schedule', 'delay'];
    complaints.push({ path, message, cure });
  }
  return complaints;
}

/** Rows that something still needs must not be older than what is kept. */
export function retentionComplaints({ sound, retrain, settled }: Sections): Complaint[] {
  const { retention, source, labels, schedule, read } = sound;
  if (retention === undefined || !settled('source', 'labels', 'schedule')) return [];
  const path = ['retention'];
  if (source !== undefined) {
    const message = 'The rows are in a table of yours, of which Plumbline only reads';
    return [{ path, on: 'key', message, cure: 'Leave `retention` out, and remove rows there by means of your own' }];
  }
  const needed: readonly (readonly [string, Span | undefined])[] = [
    // Windows that are sums of hours need the profiles of these only.
    ['`schedule.window`', read === 'hours' ? undefined : (schedule?.window ?? DEFAULT_WINDOW)],
    ['`labels.deadline`', labels === 'none' ? undefined : (labels?.deadline ?? DEFAULT_DEADLINE)],
    ['`actions.retrain.span`', retrain && (retrain.span ?? DEFAULT_RETRAIN_SPAN)],
  ];
  return needed.flatMap(([key, length]) => {
    if (length === undefined || nominalMs(length) < nominalMs(retention)) return [];
    const message = `Rows are needed for ${formatSpan(length)} (${key}), but kept for ${formatSpan(retention)}`;
    return [{ path, message, cure: 'Keep them longer than that' }];
  });
}

/** With the model's offset, of less than half an hour, the slot must lie on the day that follows the window. */
const LONGEST_DELAY_MS = 23 * 3_600_000;

export function scheduleComplaints({ sound }: Sections): Complaint[] {
  const { schedule } = sound;
  if (schedule === undefined) return [];
  const complaints: Complaint[] = [];
  const window = schedule.window ?? DEFAULT_WINDOW;
  if (schedule.every !== undefined && !dividesEvenly(schedule.every, window)) {
    const message = `\`every: ${formatSpan(schedule.every)}\` does not divide a window of ${formatSpan(window)}`;
    const cure = 'Windows must fit end to end: leave `every` out, or choose for example 1h or 1d';
    complaints.push({ path: ['schedule', 'every'], message, cure });
  }
  if (schedule.delay !== undefined && schedule.delay > LONGEST_DELAY_MS) {
    const message = '`delay` is longer than 23 hours';
    const cure = 'Use less; rows that come later are measured when the window is judged again';
    complaints.push({ path: ['schedule', 'delay'], message, cure });
  }
  if (schedule.catchup !== undefined && schedule.catchup < SHORTEST_CATCHUP_MS) {
    const message = '`catchup` is shorter than 10 seconds';
    complaints.push({ path: ['schedule', 'catchup'], message, cure: 'Use 10s or more' });
  }
  return complaints;
}

export function referenceComplaints({ sound, settled }: Sections): Complaint[] {
  const { reference, schedule } = sound;
  if (reference === undefined || reference === 'trainer') return [];
  if (!('from' in reference) && !('to' in reference)) {
    return 'first' in reference ? [] : [{ path: ['reference'], ...INCOMPLETE }];
  }
  if ('first' in reference || 'min_rows' in reference || !('from' in reference) || !('to' in reference)) {
    return [{ path: ['reference'], ...INCOMPLETE }];
  }
  const { from, to } = reference;
  const timezone = schedule?.timezone ?? 'UTC';
  const instants = (
    [
      ['from', from],
      ['to', to],
    ] as const
  ).map(([key, text]) => ({
    path: ['reference', key],
    instant: text === undefined ? undefined : parseInstant(text, timezone),
  }));
  const unreadable = instants.filter(({ instant }) => instant === undefined);
  if (unreadable.length > 0) {
    const message = 'This is no day and no instant of the calendar';
    return unreadable.map(({ path }) => ({ path, message, cure: 'Write `2008-05-01` or `2008-05-01T06:00:00Z`' }));
  }
  const [start, end] = instants.map(({ instant }) => instant ?? 0);
  if (!settled('schedule') || (start ?? 0) < (end ?? 0)) return [];
  return [
    {
      path: ['reference', 'to'],
      message: 'The reference ends before it begins',
      cure: 'Let `to` be later than `from`',
    },
  ];
}

const INCOMPLETE = {
  message: '`reference` must be one of: `first` (with or without `min_rows`), or `from` together with `to`',
  cure: 'For example `first 28d`, or `{ from: 2008-05-01, to: 2008-08-01 }`',
};
