/** The workflow code as one file, built ahead of production starts. As a program: `node dist/src/run/bundle.js [FILE]`. */
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { packageFolder } from './settings.js';

export const bundleFile = (): string => join(packageFolder(), 'dist', 'workflow-bundle.js');

/** Code of the bundle; workflows are beside this folder, as sources or compiled. */
export async function buildBundle(): Promise<string> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const workflowsPath = fileURLToPath(new URL(`../../workflows/index.${extension}`, import.meta.url));
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: quiet });
  return code;
}

const nothing = (): void => undefined;
/** The bundler's progress is no news; its failure is thrown. */
const quiet = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const file = process.argv[2] ?? bundleFile();
  await writeFile(file, await buildBundle());
  process.stdout.write(`workflow bundle written to ${file}\n`);
}
