/** Names of the frame's columns that are no features, and the roles that a definition gives to columns. */
import type { ModelDefinition } from './definition.js';
import type { Roles } from './frame.js';

/** Features may not bear the first three names; the others hold a character that no feature's name may hold. */
export const ROLE_COLUMNS = {
  prediction: 'prediction',
  score: 'score',
  label: 'label',
  time: '$time',
  version: '$version',
  latency: '$latency',
  error: '$error',
} as const;

/** Column of one class's score, multi-class. */
export const scoreColumn = (className: string): string => `score:${className}`;

export const RESERVED_FEATURE_NAMES: readonly string[] = [
  ROLE_COLUMNS.prediction,
  ROLE_COLUMNS.score,
  ROLE_COLUMNS.label,
];

export function rolesOf(definition: ModelDefinition): Roles {
  const { columns } = definition.source;
  return {
    task: definition.task,
    numeric: definition.features.numeric,
    categorical: definition.features.categorical,
    prediction: ROLE_COLUMNS.prediction,
    ...(columns.score === undefined ? {} : { score: ROLE_COLUMNS.score }),
    ...(columns.scores === undefined
      ? {}
      : { scores: Object.keys(columns.scores).map((name) => [name, scoreColumn(name)] as const) }),
    ...(definition.labels === undefined ? {} : { label: ROLE_COLUMNS.label }),
    ...(definition.positive === undefined ? {} : { positive: definition.positive }),
    sensitive: definition.sensitive,
    ...(columns.latency === undefined ? {} : { latency: ROLE_COLUMNS.latency }),
    ...(columns.error === undefined ? {} : { error: ROLE_COLUMNS.error }),
    time: ROLE_COLUMNS.time,
    scoresAreProbabilities: definition.scoresAreProbabilities,
  };
}
