/** `npm run bench -- [NAME…] [--json]`: the numbers that this project holds itself to, measured here and now. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readSettings } from '../src/run/settings.js';
import type { Benchmark } from './benchmark.js';
import { runCommand } from './command.js';
import { cycleBenchmark } from './cycle.js';
import { evaluateBenchmark } from './evaluate.js';

const benchmarks: readonly Benchmark[] = [cycleBenchmark, evaluateBenchmark];

process.exit(
  await runCommand({
    script: 'bench',
    noun: 'benchmark',
    items: benchmarks,
    flags: { profile: { type: 'string' } },
    flagsAbout: ['--profile FOLDER leave CPU profiles of the measured worker there; the numbers are then slower'],
    run(benchmark, { profile }, say) {
      const home = join(readSettings().home, 'bench');
      mkdirSync(home, { recursive: true });
      return benchmark.run({ home, profiles: typeof profile === 'string' ? resolve(profile) : null, say });
    },
  }),
);
