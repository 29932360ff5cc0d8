/** The product as modules that any Node can run, in a folder of its own: a worker that is to be killed needs a process. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import ts from 'typescript';

const checkout = resolve(import.meta.dirname, '../..');
const PARTS = ['src', 'activities', 'workflows', 'test/end-to-end'];

/** @param folder below the checkout, so that packages are found from there. */
export function compileInto(folder: string, parts: readonly string[] = PARTS): void {
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
  for (const part of parts) {
    for (const name of readdirSync(join(checkout, part), { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts') || name.endsWith('.test.ts')) continue;
      const target = join(folder, part, name.replace(/\.ts$/, '.js'));
      const source = readFileSync(join(checkout, part, name), 'utf8');
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, ts.transpileModule(source, { compilerOptions: options }).outputText);
    }
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}\n');
}
