/**
 * The example trainer's command line: what Plumbline calls to train a candidate and to score rows with a version.
 * `docs/trainer.md` states the contract; any program that keeps it can take this one's place.
 *
 * Exit status: 0 done, 1 the rows cannot be trained on, 2 wrong use, 3 the database is not available.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { artefactHash, artefactText, parseArtefact, scoreRows } from './artefact.js';
import { readLabelledRows, SourceUnavailable } from './labelled-rows.js';
import { BadRequest, checkSpan, readRequest, readText, resolveAddress } from './request.js';
import { FOLDS, train, TrainingRefused } from './training.js';

const USAGE = `Usage:
  trainer train --request REQUEST.json --out DIR
  trainer score --artefact FILE --model MODEL --from ISO --to ISO --out FILE.jsonl [--mysql env:NAME]`;

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const jsonLines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

async function trainCommand(args: readonly string[]): Promise<void> {
  const options = parse(args, ['request', 'out']);
  const request = readRequest(options.request);
  const { model, from, to, labelsUntil } = request;
  say({ progress: 0, text: `reading labelled rows from ${from} to ${to}` });
  const rows = await readLabelledRows(resolveAddress(request.mysql), {
    model,
    from,
    to,
    ...(labelsUntil !== undefined && { arrivedBy: labelsUntil }),
  });
  say({ progress: 0.3, text: `fitting on ${String(rows.length)} rows` });
  const feed = request.feed ?? 'correct';
  const { positive, features } = request;
  const { artefact, reference } = train(rows, { model, positive, features, feed, from, to });
  say({ progress: 0.9, text: 'writing artefact and reference' });
  mkdirSync(options.out, { recursive: true });
  const text = artefactText(artefact);
  const files = { artefact: join(options.out, 'artefact.json'), reference: join(options.out, 'reference.jsonl') };
  writeFileSync(files.artefact, text);
  writeFileSync(files.reference, jsonLines(reference));
  say({
    artefact: resolve(files.artefact),
    sha256: artefactHash(text),
    rows: rows.length,
    positives: artefact.trained.positives,
    reference: resolve(files.reference),
    notes:
      `Logistic regression, L2 ${String(artefact.l2)}; the reference holds each row scored without its ` +
      `stretch of time, ${String(FOLDS)} stretches; positive from a score of ${artefact.cut.toFixed(4)}.`,
  });
}

async function scoreCommand(args: readonly string[]): Promise<void> {
  const options = parse(args, ['artefact', 'model', 'from', 'to', 'out', 'mysql'], {
    mysql: 'env:PLUMBLINE_MYSQL_URL',
  });
  checkSpan(options.from, options.to);
  const artefact = parseArtefactFile(options.artefact);
  const { model, from, to } = options;
  const rows = await readLabelledRows(resolveAddress(options.mysql), { model, from, to });
  const scored = scoreRows(
    artefact,
    rows.map(({ features }) => features),
  );
  writeFileSync(options.out, jsonLines(rows.map(({ id, label }, i) => ({ id, ...scored[i], label }))));
  say({ out: resolve(options.out), rows: rows.length });
}

function parseArtefactFile(path: string): ReturnType<typeof parseArtefact> {
  const text = readText(path);
  try {
    return parseArtefact(text, path);
  } catch (error) {
    throw new BadRequest(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Every named option is needed, unless it has a default. */
function parse<Name extends string>(
  args: readonly string[],
  names: readonly Name[],
  defaults: Partial<Record<NoInfer<Name>, string>> = {},
): Record<Name, string> {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  let values: Record<string, unknown>;
  try {
    ({ values } = parseArgs({ args: [...args], options, strict: true }));
  } catch (error) {
    throw new BadRequest(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`, { cause: error });
  }
  const entries = names.map((name) => {
    const value = values[name] ?? defaults[name];
    if (typeof value !== 'string') throw new BadRequest(`--${name} is missing.\n${USAGE}`);
    return [name, value] as const;
  });
  return Object.fromEntries(entries) as Record<Name, string>;
}

async function main([command, ...args]: readonly string[]): Promise<number> {
  try {
    if (command === 'train') await trainCommand(args);
    else if (command === 'score') await scoreCommand(args);
    else throw new BadRequest(USAGE);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    if (error instanceof TrainingRefused) return 1;
    if (error instanceof BadRequest) return 2;
    if (error instanceof SourceUnavailable) return 3;
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
