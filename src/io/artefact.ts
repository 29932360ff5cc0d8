/** Artefacts of model versions, as far as Plumbline looks at them: is the file still the one that was registered? */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** What is wrong with the artefact, in words; null if it is the one with this hash. */
export async function artefactFault(artefact: string, sha256: string): Promise<string | null> {
  try {
    const found = createHash('sha256')
      .update(await readFile(artefact))
      .digest('hex');
    if (found === sha256) return null;
    return `the artefact ${artefact} is not the one that was registered (its hash begins ${found.slice(0, 12)}, not ${sha256.slice(0, 12)})`;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown fault';
    return `the artefact ${artefact} cannot be read (${code})`;
  }
}
