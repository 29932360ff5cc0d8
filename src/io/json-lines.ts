/** Files with one JSON object a line, as trainers write them. */
import { readFile } from 'node:fs/promises';

/** All objects of the file; a line that is none is an error with its number. */
export async function readJsonLines(path: string): Promise<readonly Record<string, unknown>[]> {
  const lines = (await readFile(path, 'utf8')).split('\n');
  const objects: Record<string, unknown>[] = [];
  lines.forEach((line, index) => {
    if (line.trim() === '') return;
    try {
      objects.push(JSON.parse(line) as Record<string, unknown>);
    } catch {
      throw new Error(`${path}, line ${String(index + 1)}: not a JSON object`);
    }
  });
  return objects;
}
