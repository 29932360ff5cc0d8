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
import { evaluateRules } from '../../src/rules/evaluate.js';
import { hideSmallGroups } from '../../src/privacy/hide-groups.js';
import { binaryRoles, frameOf, regressionRoles } from '../support/frames.js';
import { definition, rule } from '../unit/rules/builders.js';
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

describe('R46: hostile input', () => {
  const features = { numeric: ['a', 'b', 'c'], caller: 'who' } as const;
  const usual = frameOf({ a: [0, 9], b: [0, 9], c: [0, 9], who: ['x', 'y'] });

  test('rows with a value that the reference has never seen are counted as rows', () => {
    const current = frameOf({ a: [5, 99, 5, 5], b: [5, 99, 5, 5], c: [5, 5, 5, -1], who: ['x', 'x', 'y', 'y'] });
    const figures = figuresOf(current, regressionRoles(features), { reference: usual });
    expect(valueIn(figures, 'security/current/out_of_range_row_share')).toBe(0.5);
  });

  test('a caller who sends the same row over and over with one feature changed is probing', () => {
    const steps = Array.from({ length: 8 }, (_, row) => row);
    const current = frameOf({
      a: [...steps, 1, 7],
      b: [...steps.map(() => 3), 2, 9],
      c: [...steps.map(() => 3), 8, 0],
      who: [...steps.map(() => 'prober'), 'x', 'x'],
    });
    const figures = figuresOf(current, regressionRoles(features), { reference: usual });
    expect(valueIn(figures, 'security/current/longest_probing_run')).toBe(8);
    expect(figureIn(figures, 'security/current/probing_share')).toMatchObject({ value: 0.7, n: 10 });
  });
});

test('R47: texts of the output that hold personal data or keys are counted by kind, and none of them leaves', () => {
  const said = ['no', 'write to ana@example.org', 'card 4111 1111 1111 1111', 'no', 'GB82 WEST 1234 5698 7654 32'];
  const frame = frameOf({ label: said, prediction: said });
  const figures = figuresOf(frame, { ...regressionRoles(), task: 'multiclass' });
  const rate = (kind: string) => figureIn(figures, `security/current/prediction/pii_${kind}rate`);
  expect(rate('')).toMatchObject({ value: 0.6, n: 5 });
  expect([rate('email_').value, rate('card_').value, rate('iban_').value, rate('phone_').value]).toEqual([
    0.2, 0.2, 0.2, 0,
  ]);
  const ofSecurity = figures.filter(({ family }) => family === 'security');
  expect(JSON.stringify(ofSecurity)).not.toMatch(/ana@|4111|WEST/);
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

  test('the packages that are installed are pinned to a version', () => {
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

describe('R50: groups so small that a figure would be about somebody', () => {
  const town = [...new Array<string>(60).fill('large'), ...new Array<string>(60).fill('other'), 'tiny', 'tiny'];
  const prediction = town.map((name, row) => (name === 'tiny' || row % 4 === 0 ? '0' : '1'));
  const frame = frameOf({ label: town.map(() => '1'), prediction, town });
  const sensitive = [['town']];
  const figures = figuresOf(frame, binaryRoles({ sensitive }));

  test('have too little evidence to be compared', () => {
    expect(figureIn(figures, 'fairness/current/town/tiny/selection_rate_to_rest')).toMatchObject({
      value: null,
      reason: expect.stringContaining('insufficient evidence') as unknown,
    });
  });

  test('are not shown to anybody, even where a rule asks for each group', () => {
    const rules = [
      rule({
        ...{ id: 'tpr', metric: 'tpr', scope: 'groups', limit: { kind: 'below', value: 0.9 } },
        ...{ minimumN: 1, certainty: null },
      }),
    ];
    const labels = { present: true, coverage: 1, final: true };
    const verdicts = evaluateRules({
      definition: definition({ sensitive, rules, minimumRows: 1 }),
      ...{ figures, referenceFigures: [], rows: 122, referenceRows: null, labels },
    });
    expect(verdicts).toMatchObject([{ status: 'breach' }]);
    const window = { figures, referenceFigures: [], rows: 122 };
    const shown = JSON.stringify(hideSmallGroups(verdicts, window, { rules, sensitive, smallestGroup: 10 }));
    expect(shown).toContain('groups are not shown');
    expect(shown).not.toContain('tiny');
  });
});
