/** Options of the demo's command line. */
import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** Decides in the person's place. */
  readonly yes: boolean;
  /** Whether the release of May 2010 brings its defect; without it, nothing is rolled back. */
  readonly defect: boolean;
}

export const USAGE = `npm run demo [-- --yes] [-- --no-defect]

  --yes         approve the rollback without waiting for a person
  --no-defect   a run without the faulty release, and so without a rollback`;

export function readOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { yes: { type: 'boolean', default: false }, 'no-defect': { type: 'boolean', default: false } },
    strict: true,
  });
  return { yes: values.yes, defect: !values['no-defect'] };
}
