import { dirname, join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { DeterminismViolationError } from '@temporalio/workflow';
import { bundleWorkflowCode } from '@temporalio/worker';
import { describe, expect, inject, it } from 'vitest';
import * as workflows from '../../workflows/index.js';
import { quietRuntime } from '../support/quiet-runtime.js';
import { historyText, replayFaults } from '../support/replay.js';
import { readHistories } from './histories.js';

quietRuntime();
const golden = readHistories();
const runs = golden.map(({ name, history }) => ({ workflowId: name, history }));

describe('golden histories', () => {
  it('there are some of every workflow, named after it', () => {
    expect([...new Set(golden.map(({ type }) => type))].sort()).toEqual(Object.keys(workflows).sort());
    for (const { name, type } of golden) expect(name.startsWith(`${type}-`)).toBe(true);
    expect(golden.length).toBeGreaterThanOrEqual(15);
  });

  it('replay on the code of today', async () => {
    expect(await replayFaults(inject('workflowBundlePath'), runs)).toEqual([]);
  });

  it('say nothing of the machine that they were recorded on', () => {
    for (const { name, history } of golden) {
      expect(historyText(history), name).not.toMatch(/\/(work|home|root|tmp|Users)\/|node_modules/);
    }
  });

  it('do not replay on broken twins of the workflows, every single one', async () => {
    const { code } = await bundleWorkflowCode({
      workflowsPath: join(import.meta.dirname, 'broken', 'index.ts'),
      logger: { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet },
    });
    const bundle = join(dirname(inject('workflowBundlePath')), 'broken-twins.js');
    writeFileSync(bundle, code);
    const faults = await replayFaults(bundle, runs);
    expect(faults.map(({ workflowId }) => workflowId)).toEqual(golden.map(({ name }) => name));
    for (const { workflowId, error } of faults) expect(error, workflowId).toBeInstanceOf(DeterminismViolationError);
  });
});

function quiet(): void {
  // The bundler's progress is no news; its failure is thrown.
}
