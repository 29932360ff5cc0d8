/** `npm run bench -- [NAME…] [--json]`: the numbers that this project holds itself to, measured here and now. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readSettings } from '../src/run/settings.js';
import type { Benchmark } from './benchmark.js';
import { runCommand } from './command.js';
import { cycleBenchmark } from './cycle.js';
import { dataBenchmark } from './data.js';
import { evaluateBenchmark } from './evaluate.js';

const benchmarks: readonly Benchmark[] = [cycleBenchmark, dataBenchmark, evaluateBenchmark];

process.exit(
  await runCommand({
    script: 'bench',
    noun: 'benchmark',
    items: benchmarks,
    flags: {
      profile: {
        type: 'string',
        argument: 'FOLDER',
        about: 'leave CPU profiles of the measured processes there; the numbers are then slower',
      },
      rows: { type: 'number', argument: 'N', about: 'data: rows of a window, 1000000 unless given' },
      'wide-rows': { type: 'number', argument: 'N', about: 'data: rows of a window of the wide table' },
      parts: { type: 'string', argument: 'NAME,…', about: 'data: these parts only' },
      libraries: { type: 'boolean', about: 'data: run Evidently and NannyML, too, which takes minutes' },
    },
    run(benchmark, values, say) {
      const home = join(readSettings().home, 'bench');
      mkdirSync(home, { recursive: true });
      const { profile, rows, 'wide-rows': wideRows, parts, libraries } = values;
      const asked = {
        rows: typeof rows === 'number' ? rows : null,
        wideRows: typeof wideRows === 'number' ? wideRows : null,
        parts: typeof parts === 'string' ? parts.split(',') : null,
        libraries: libraries === true,
      };
      return benchmark.run({ home, profiles: typeof profile === 'string' ? resolve(profile) : null, asked, say });
    },
  }),
);
