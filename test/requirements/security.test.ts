/** Security and privacy: hostile input, leaks, who may do what, transport, and the model as property. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { artefactFault } from '../../src/io/artefact.js';
import { createEmail } from '../../src/io/email.js';
import { redact, resolveSecret } from '../../src/io/secrets.js';
import { createSlack } from '../../src/io/slack.js';
import { parseDefinition } from '../../src/model/parse-definition.js';
import { judgeDecision, type DecidableAction, type ProposedDecision } from '../../src/response/approval.js';
import { defaultRules } from '../../src/rules/default-rules.js';
import { frameOf, regressionRoles } from '../support/frames.js';
import { figureIn, figuresOf, valueIn } from './measured.js';

const ROOT = join(import.meta.dirname, '../..');

test('R46: hostile input shows by its format and its range, however large or odd it is', () => {
  const roles = regressionRoles({ numeric: ['age'], categorical: ['job'] });
  const reference = frameOf({ age: [18, 90], job: ['cook', 'baker'] });
  const current = frameOf({ age: [1e308, -1e308, 5e-324, 40], job: ["'; DROP TABLE x; --", '\u202e', '', 'cook'] });
  const figures = figuresOf(current, roles, { reference });
  expect(valueIn(figures, 'quality/current/age/out_of_range_share')).toBe(0.75);
  expect(valueIn(figures, 'quality/current/job/new_category_count')).toBe(3);
  expect(figures.filter(({ value }) => typeof value === 'number' && !Number.isFinite(value))).toEqual([]);
});

describe('R48: different people may do different things', () => {
  const action: DecidableAction = {
    ...{ id: 'rollback-1', state: 'waiting', hash: 'h', approvers: ['ana'], expiresAt: 1000 },
  };
  const proposed: ProposedDecision = {
    ...{ decisionId: 'd', action: 'rollback-1', decision: 'approve', by: 'ana', hash: 'h' },
  };

  test('an approver decides', () => {
    expect(judgeDecision(action, proposed, 0)).toEqual({ outcome: 'accepted' });
  });

  test.each([
    ['somebody else', { by: 'eve' }, 'not allowed'],
    ['nobody by name', { by: ' ' }, 'no name'],
    ['an approver who was shown something else', { hash: 'other' }, 'changed since shown'],
  ])('%s does not', (_, change, reason) => {
    expect(judgeDecision(action, { ...proposed, ...change }, 0)).toMatchObject({ outcome: 'refused', reason });
  });

  test('where nobody is listed, nobody may', () => {
    expect(judgeDecision({ ...action, approvers: [] }, proposed, 0)).toMatchObject({ reason: 'not allowed' });
  });
});

describe('R49: transport and authentication', () => {
  test('a Slack token leaves this machine over HTTPS only', () => {
    const open = (apiUrl: string) => () => createSlack({ token: 'xoxb-1', apiUrl });
    expect(open('http://slack.example/api/')).toThrow('must be https');
    expect(open('https://slack.example/api/')).not.toThrow();
  });

  test('mail is sent over TLS or handed to this machine; an address that could switch checks off is refused', () => {
    expect(() => createEmail({ smtpUrl: 'smtp://user:pw@mail.example?tls=no' })).toThrow('takes no options');
    expect(() => createEmail({ smtpUrl: 'http://mail.example' })).toThrow('smtp:// or smtps://');
  });

  test('secrets come by reference; one that stands in the definition itself is refused, and not repeated', () => {
    const text = "model: one\ntask: regression\nnotify: { slack: { channel: '#a', token: xoxb-canary } }\n";
    const parsed = parseDefinition(text, 'one.yaml', { defaultRules });
    expect(parsed.ok).toBe(false);
    expect(JSON.stringify(parsed)).not.toContain('canary');
    expect(() => resolveSecret('xoxb-canary')).toThrow(/^(?!.*canary).*env:NAME or file:PATH/);
  });

  test('the packages that are installed are pinned, and an audit of them is part of the checks', () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(Object.values(manifest.dependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });
});

test('R50: what people said stays out of texts that leave: a secret is cut out of them in every form that it takes', () => {
  const password = 'p@ss wörd';
  const text = `refused: ${password}, ${encodeURIComponent(password)}, ${Buffer.from(password).toString('base64')}`;
  expect(redact(text, [password])).not.toMatch(/p(@|%40)ss|cEBzcyB3w7ZyZA/);
});

describe('R51: the model as property', () => {
  test('an artefact is named by its hash: another file under the same name is not the registered one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-artefact-'));
    const artefact = join(folder, 'model.json');
    writeFileSync(artefact, '{"weights":[1]}');
    const sha256 = createHash('sha256').update('{"weights":[1]}').digest('hex');
    expect(await artefactFault(artefact, sha256)).toBeNull();
    writeFileSync(artefact, '{"weights":[2]}');
    expect(await artefactFault(artefact, sha256)).toContain('is not the one that was registered');
    rmSync(folder, { recursive: true });
  });

  test('Plumbline names its own licence', () => {
    expect(readFileSync(join(ROOT, 'LICENSE'), 'utf8')).toContain('Apache License');
  });
});

test('R50: groups so small that a figure would be about somebody are said to have too little evidence', () => {
  const label = [...new Array<string>(60).fill('1'), '1', '1'];
  const frame = frameOf({
    label,
    prediction: label.map((_, row) => (row % 2 === 0 ? '1' : '0')),
    town: [...new Array<string>(60).fill('large'), 'tiny', 'tiny'],
  });
  const roles = { ...regressionRoles(), task: 'binary', positive: '1', sensitive: [['town']] } as const;
  const figure = figureIn(figuresOf(frame, roles), 'fairness/current/town/tiny/selection_rate_to_rest');
  expect(figure).toMatchObject({ value: null, reason: expect.stringContaining('insufficient evidence') as unknown });
});
