/** How small a group of people may be that messages speak of. */
import type { ModelDefinition } from './definition.js';

/** Statistical offices use thresholds of 3 to 20 rows for tables that leave the house; 10 is in the middle. Convention. */
export const SMALLEST_GROUP = 10;

export function smallestGroupOf({ minimumGroup }: Pick<ModelDefinition, 'minimumGroup'>): number {
  return minimumGroup ?? SMALLEST_GROUP;
}
