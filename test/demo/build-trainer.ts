/** The trainer as a program: its TypeScript turned into modules that any Node can run, in a folder of their own. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import ts from 'typescript';

const checkout = resolve(import.meta.dirname, '../..');

/** @param folder below the checkout, so that packages are found from there. */
export function buildTrainer(folder: string): string {
  const source = join(checkout, 'examples', 'trainer');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}\n');
  for (const name of readdirSync(source).filter((file) => file.endsWith('.ts'))) {
    const { outputText } = ts.transpileModule(readFileSync(join(source, name), 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
    });
    writeFileSync(join(folder, name.replace(/\.ts$/, '.js')), outputText);
  }
  return join(folder, 'trainer.js');
}
