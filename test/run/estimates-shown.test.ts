/** `show` says how the estimates of a model have done. */
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { insertFigures } from '../../src/io/mysql/figures.js';
import type { Figure } from '../../src/model/figure.js';
import { storeEvaluation } from '../mysql/judged.js';
import { DAY } from '../mysql/reading.js';
import { startCommandLine, type CommandLine } from './command-line.js';

let cli: CommandLine;
beforeAll(async () => {
  cli = await startCommandLine(inject('stack'));
  const { status, err } = await cli.run(
    'apply',
    cli.file('bank.yaml', `model: ${cli.model}\ntask: binary\npositive: 1\nreference: trainer\n`),
  );
  if (status !== 0) throw new Error(err);
});
afterAll(() => cli.end());

const figure = (id: string, metric: string, value: number, interval?: readonly [number, number]): Figure =>
  ({ id, family: id.split('/')[0], metric, on: 'current', n: 90, value, ...(interval && { interval }) }) as Figure;

test('nothing is said before labels have shown anything; then each metric has its line', async () => {
  expect((await cli.run('show', cli.model)).out).not.toContain('Estimates');
  const { pool } = cli.database;
  for (const [days, realised] of [0.75, 0.5].entries()) {
    const window = { from: DAY.from + days * 86_400_000, to: DAY.to + days * 86_400_000 };
    const { id } = await storeEvaluation(pool, cli.model, { window });
    await insertFigures(pool, id, [
      figure('estimate/current/roc_auc', 'estimated_roc_auc', 0.75, [0.625, 0.875]),
      figure('performance/current/roc_auc', 'roc_auc', realised),
    ]);
  }
  const { out } = await cli.run('show', cli.model);
  expect(out).toMatch(
    /Estimates beside what labels showed\n.*\n\s+roc_auc\s+2\s+1 of 2\s+0\.125\s+0\.125\s+0\.5\s+0\.75/,
  );
  const { data } = await cli.json('show', cli.model);
  expect(data).toMatchObject({
    estimates: [
      {
        metric: 'roc_auc',
        windows: 2,
        within: 1,
        compared: [{ realised: 0.75 }, { realised: 0.5, to: new Date(DAY.to + 86_400_000).toISOString() }],
      },
    ],
  });
});

test('where they are left out, a rule on one is refused, and what was compared before stays', async () => {
  const text = `model: ${cli.model}\ntask: binary\npositive: 1\nreference: trainer\nleave_out: [estimate]\n`;
  const rule = 'rules: { add: [{ id: mine, metric: estimated_recall, below: 0.5 }] }\n';
  const refused = await cli.run('apply', cli.file('refused.yaml', text + rule));
  expect([refused.status, refused.err]).toEqual([
    2,
    expect.stringMatching(
      /refused\.yaml:6:.*`estimated_recall` of the family `estimate`, which `leave_out` leaves out/,
    ),
  ]);
  const applied = await cli.run('apply', cli.file('without.yaml', text));
  expect([applied.status, applied.out]).toEqual([0, expect.stringMatching(/\+ leave_out: estimate\. Figures are/)]);
  const { out } = await cli.run('show', cli.model);
  expect(out).toContain('measured   all but estimate');
  expect(out).toContain('Estimates beside what labels showed');
});
