import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

import { MODEL, readPeople } from '../../examples/adult/people.js';
import { migrate } from '../../src/io/mysql/migrate.js';
import { buildTrainer } from './build-trainer.js';

const checkout = resolve(import.meta.dirname, '../..');
const folder = join(checkout, '.plumbline', 'test', `trainer-${String(process.pid)}`);
const database = `plumbline_trainer_${String(process.pid)}`;
const people = readPeople(join(checkout, 'examples/adult/data/adult.csv.gz')).training.slice(0, 1200);
const from = '2024-03-03T00:00:00.000Z';
const to = '2024-03-04T00:00:00.000Z';
const arrived = new Date('2024-03-10T00:00:00.000Z');

interface Run {
  readonly status: number | null;
  readonly lines: readonly Record<string, unknown>[];
  readonly complaint: string;
}

let trainer = '';
let admin: mysql.Connection;
let url = '';

function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = { PLUMBLINE_MYSQL_URL: url },
): Promise<Run> {
  return new Promise((done) => {
    const child = execFile(process.execPath, [trainer, ...args], { env }, (_, stdout, complaint) => {
      const lines = stdout.split('\n').filter((line) => line !== '');
      done({
        status: child.exitCode,
        lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>),
        complaint,
      });
    });
  });
}

/** Runs `train` with the request changed as given, into a folder of its own. */
async function trained(name: string, change: object = {}): Promise<Run & { readonly out: string }> {
  const out = join(folder, name);
  mkdirSync(out, { recursive: true });
  const request = {
    model: MODEL,
    version: name,
    positive: '>50K',
    features: { numeric: ['age', 'hours-per-week'], categorical: ['workclass'], other: ['sex', 'race'] },
    from,
    to,
    mysql: 'env:PLUMBLINE_MYSQL_URL',
    ...change,
  };
  writeFileSync(join(out, 'request.json'), JSON.stringify(request));
  return { ...(await run(['train', '--request', join(out, 'request.json'), '--out', out])), out };
}

const linesOf = (path: string): Record<string, unknown>[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

beforeAll(async () => {
  trainer = buildTrainer(join(folder, 'program'));
  const server = new URL(inject('stack').mysqlUrl);
  admin = await mysql.createConnection({ uri: server.href, timezone: 'Z' });
  await admin.query(`CREATE DATABASE \`${database}\``);
  await admin.changeUser({ database });
  await migrate(admin, database);
  server.pathname = `/${database}`;
  url = server.href;
  await admin.query('INSERT INTO predictions (model, time, id, version, prediction, score, features) VALUES ?', [
    people.map(({ id, time, values }) => [MODEL, new Date(time), id, 'v0', '<=50K', 0.1, JSON.stringify(values)]),
  ]);
  await admin.query('INSERT INTO labels (model, time, id, label, arrived_at) VALUES ?', [
    people.map(({ id, time, label }) => [MODEL, new Date(time), id, label, arrived]),
  ]);
});

afterAll(async () => {
  await admin.query(`DROP DATABASE IF EXISTS \`${database}\``);
  await admin.end();
  rmSync(folder, { recursive: true, force: true });
});

describe('the trainer', () => {
  test('trains on the labelled rows of the span and says what it made on its last line', async () => {
    const { status, lines, out } = await trained('v1');
    expect(status).toBe(0);
    const positives = people.filter(({ label }) => label === '>50K').length;
    expect(lines.at(-1)).toMatchObject({ rows: 1200, positives, artefact: join(out, 'artefact.json') });
    expect(lines.slice(0, -1).every(({ progress, text }) => typeof progress === 'number' && text !== '')).toBe(true);

    expect(readFileSync(join(out, 'artefact.json'), 'utf8')).not.toContain('"sex"');

    const reference = linesOf(join(out, 'reference.jsonl'));
    expect(reference.map(({ id }) => id)).toEqual(people.map(({ id }) => id));
    // What was logged beside the features is kept, for the checks by group.
    expect(reference[0]?.['features']).toMatchObject({ sex: people[0]?.values['sex'] });
    expect(reference[0]?.['time']).toBe(new Date(people[0]?.time ?? 0).toISOString());
  });

  test('makes the same artefact from the same rows, whatever the candidate is called', async () => {
    const [one, two] = [await trained('v2'), await trained('v3')];
    expect(one.lines.at(-1)?.['sha256']).toBe(two.lines.at(-1)?.['sha256']);
    expect(readFileSync(join(one.out, 'artefact.json'))).toEqual(readFileSync(join(two.out, 'artefact.json')));
  });

  test('takes rows of the half-open span only, and labels that had come in by then', async () => {
    const [, , third] = people.slice(-300);
    const noon = new Date(third?.time ?? 0).toISOString();
    const { lines } = await trained('half', { to: noon });
    expect(lines.at(-1)?.['rows']).toBe(902);
    const early = await trained('early', { labelsUntil: '2024-03-09T00:00:00.000Z' });
    expect(early).toMatchObject({ status: 1, complaint: expect.stringMatching(/^0 labelled rows/) as string });
  });

  test('scores labelled rows with an artefact, one line a row', async () => {
    const { out } = await trained('scorer');
    const file = join(out, 'scores.jsonl');
    const artefact = join(out, 'artefact.json');
    const given = ['--artefact', artefact, '--model', MODEL, '--from', from, '--to', to, '--out', file];
    const { status, lines } = await run(['score', ...given]);
    expect(status).toBe(0);
    expect(lines).toEqual([{ out: file, rows: 1200 }]);
    const scores = linesOf(file);
    expect(scores).toHaveLength(1200);
    expect(Object.keys(scores[0] ?? {})).toEqual(['id', 'prediction', 'score', 'label']);
    expect(scores.map(({ label }) => label)).toEqual(people.map(({ label }) => label));
  });

  test.each<[string, object, number, RegExp]>([
    ['a span without rows', { from: '2020-01-01', to: '2020-02-01' }, 1, /^0 labelled rows from 2020-01-01/],
    ['a class that no row has', { positive: 'rich' }, 1, /one class/],
    ['an empty span', { to: from }, 2, /is empty/],
    ['a time that is none', { from: 'yesterday' }, 2, /"yesterday" is no ISO 8601 time/],
    ['a missing field', { positive: '' }, 2, /"positive" is missing/],
    ['features that are no list', { features: { numeric: 'age' } }, 2, /"features.numeric" must be a list/],
    ['an address written out', { mysql: 'mysql://root:secret@db/x' }, 2, /must be a reference/],
    ['a reference to nothing', { mysql: 'env:NOT_THERE' }, 2, /env:NOT_THERE is not set/],
  ])('refuses %s', async (name, change, status, complaint) => {
    const result = await trained(name.replaceAll(' ', '-'), change);
    expect(result).toMatchObject({ status, complaint: expect.stringMatching(complaint) as string });
    expect(result.complaint).not.toContain('secret');
  });

  test('says that the database is not available, and never its password', async () => {
    const out = join(folder, 'v1');
    const env = { PLUMBLINE_MYSQL_URL: 'mysql://someone:hunter2@127.0.0.1:9/nowhere' };
    const result = await run(['train', '--request', join(out, 'request.json'), '--out', out], env);
    expect(result).toMatchObject({ status: 3, complaint: expect.stringContaining('ECONNREFUSED') as string });
    expect(result.complaint).not.toContain('hunter2');
  });

  test.each<[string, readonly string[]]>([
    ['no command', []],
    ['an unknown command', ['serve']],
    ['a missing option', ['train', '--out', 'x']],
    ['an unknown option', ['train', '--fast', 'x']],
  ])('shows how it is used on %s', async (_, args) => {
    const result = await run(args);
    expect(result.status).toBe(2);
    expect(result.complaint).toContain('trainer train --request REQUEST.json');
  });

  test.each([
    ['that is not there', undefined, /ENOENT/],
    ['of another kind', '{"kind":"tree"}', /no artefact of this trainer/],
  ])('refuses to score with an artefact %s', async (name, text, complaint) => {
    const artefact = join(folder, `${name.replaceAll(' ', '-')}.json`);
    if (text !== undefined) writeFileSync(artefact, text);
    const given = ['--artefact', artefact, '--model', MODEL, '--from', from, '--to', to, '--out', join(folder, 'x')];
    expect(await run(['score', ...given])).toMatchObject({
      status: 2,
      complaint: expect.stringMatching(complaint) as string,
    });
  });
});
