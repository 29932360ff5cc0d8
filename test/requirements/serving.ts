/** A small model of the example that is really trained and really asked, for tests that time its answers. */

import { FEATURES, FIRST_DAY, type Person } from '../../examples/adult/people.js';
import { decide, incomeModel } from '../../examples/adult/serve.js';

/** Milliseconds that each of so many predictions took, as the serving code logs them. */
export function loggedLatencies(count: number): readonly number[] {
  const people: Person[] = Array.from({ length: count }, (_, row) => ({
    id: `p${String(row)}`,
    time: Date.parse(FIRST_DAY) + row,
    values: Object.fromEntries<number | string>([
      ...FEATURES.numeric.map((name, at) => [name, (row * (at + 3)) % 41] as const),
      ...FEATURES.categorical.map((name) => [name, row % 2 === 0 ? 'a' : 'b'] as const),
    ]),
    label: (row * 7) % 10 < 5 ? '>50K' : '<=50K',
  }));
  const { artefact } = incomeModel(people);
  return decide(artefact, 'v1', people).map(({ latencyMs }) => latencyMs);
}
