/** The collector, asked for where V8 does not know what lies about: it does not count memory that threads share. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | null = null;

/** Takes some ten milliseconds. */
export function collectGarbage(): void {
  if (collect === null) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
    // Contexts that are made later are not to have it, those of workflows for one.
    setFlagsFromString('--no-expose-gc');
  }
  collect();
}
