/** Names of the frame's columns that are no features, and the roles that a definition gives to columns. */
import type { ModelDefinition } from './definition.js';
import type { Roles } from './frame.js';

/** Features may not bear the first three names; the others hold a character that no feature's name may hold. */
export const ROLE_COLUMNS = {
  prediction: 'prediction',
  score: 'score',
  label: 'label',
  time: '$time',
  arrived: '$arrived',
  version: '$version',
  latency: '$latency',
  processing: '$processing',
  cpu: '$cpu',
  memory: '$memory',
  gpu: '$gpu',
  error: '$error',
  caller: '$caller',
} as const;

/** Roles of numbers that are measured of each request. */
export const REQUEST_NUMBERS = ['latency', 'processing', 'cpu', 'memory', 'gpu'] as const;

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
    ...Object.fromEntries(
      REQUEST_NUMBERS.filter((role) => columns[role] !== undefined).map((role) => [role, ROLE_COLUMNS[role]]),
    ),
    ...(columns.error === undefined ? {} : { error: ROLE_COLUMNS.error }),
    ...(columns.caller === undefined ? {} : { caller: ROLE_COLUMNS.caller }),
    time: ROLE_COLUMNS.time,
    ...(definition.labels?.arrived === undefined ? {} : { arrived: ROLE_COLUMNS.arrived }),
    scoresAreProbabilities: definition.scoresAreProbabilities,
  };
}
