/**
 * `npm run golden [-- FOLDER [--faults]]`: runs `plumbline evaluate --all --json` on every case of a folder (by default the
 * one of this repository) and prints, family by family, how many figures were compared, lie within tolerance, are missing.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Figure } from '../../src/model/figure.js';
import { rolesFromColumnsFile } from '../../src/io/csv/columns-file.js';
import { readCsvFile } from '../../src/io/csv/read-csv-file.js';
import { formulaFigures, isFormula } from './formulas.js';
import type { ExpectedFigure } from './read-case.js';
import { addCase, type Comparison } from './tally.js';

const command = fileURLToPath(new URL('../../src/run/cli.js', import.meta.url));
// From dist/test/golden, where this file is compiled to.
const ownCases = fileURLToPath(new URL('../../../test/golden/cases', import.meta.url));
const FILES = ['reference.csv', 'current.csv', 'expected.json', 'model.json'];

/** The files of a case, unpacked; the model only where there is one. */
function unpack(source: string, into: string): void {
  for (const file of FILES) {
    rmSync(join(into, file), { force: true });
    const packed = join(source, `${file}.gz`);
    if (existsSync(packed)) writeFileSync(join(into, file), gunzipSync(readFileSync(packed)));
    else if (existsSync(join(source, file))) writeFileSync(join(into, file), readFileSync(join(source, file)));
  }
}

function evaluate(folder: string): readonly Figure[] {
  const at = (file: string): string => join(folder, file);
  const files = ['--reference', at('reference.csv'), '--current', at('current.csv'), '--columns', at('expected.json')];
  const model = existsSync(at('model.json')) ? ['--model', at('model.json')] : [];
  const args = [command, 'evaluate', ...files, ...model, '--all', '--json'];
  const run = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(`exit status ${String(run.status)}: ${run.stdout}${run.stderr}`);
  return (JSON.parse(run.stdout) as { figures: readonly Figure[] }).figures;
}

/** Formulas take their inputs from the document, at most from the reference beside it. */
async function formulasOf(
  document: { readonly figures: readonly ExpectedFigure[] },
  folder: string,
): Promise<readonly Figure[]> {
  if (!document.figures.some(isFormula)) return [];
  const roles = rolesFromColumnsFile(document);
  return formulaFigures(document.figures, await readCsvFile(join(folder, 'reference.csv'), roles), roles);
}

async function count(cases: string): Promise<Comparison> {
  const total: Comparison = { families: new Map(), faults: [] };
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-golden-'));
  try {
    for (const entry of readdirSync(cases, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      unpack(join(cases, entry.name), folder);
      const document = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as {
        figures: readonly ExpectedFigure[];
      };
      addCase(total, entry.name, document.figures, [...evaluate(folder), ...(await formulasOf(document, folder))]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return total;
}

const args = process.argv.slice(2);
const { families, faults } = await count(args.find((arg) => !arg.startsWith('--')) ?? ownCases);
const line = (cells: readonly (string | number)[]): string =>
  cells.map((cell, at) => (at === 0 ? String(cell).padEnd(12) : String(cell).padStart(12))).join('');
const lines = [line(['family', 'compared', 'within', 'missing', 'not counted'])];
for (const [family, { compared, within, missing, notCounted }] of [...families].sort(([a], [b]) => (a < b ? -1 : 1))) {
  lines.push(line([family, compared, within, missing, notCounted]));
}
if (args.includes('--faults')) lines.push(...faults);
process.stdout.write(`${lines.join('\n')}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
