/** Ids that people read and type: the model's name and a number. */
import { createHash } from 'node:crypto';

/** What the columns hold. */
const LONGEST = 64;

/** `churn-rollback-2`; a name too long for that is cut, and told apart from others with the same beginning by a hash. */
export function numberedId(model: string, suffix: string): string {
  const room = LONGEST - suffix.length;
  if (model.length <= room) return `${model}${suffix}`;
  const mark = createHash('sha256').update(model).digest('hex').slice(0, 8);
  return `${model.slice(0, room - mark.length - 1)}-${mark}${suffix}`;
}
