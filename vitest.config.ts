import { defineConfig } from 'vitest/config';

/** Folders of test/ whose tests talk to MySQL, Temporal, Slack or SMTP; all other tests need nothing but Node. */
const NEED_SERVERS = [
  'mysql',
  'workflow',
  'replay',
  'channels',
  'activities',
  'run',
  'end-to-end',
  'demo',
  'setup',
].map((folder) => `test/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    // Processes, not threads: Temporal's native core and a test that kills its own kind want one each.
    pool: 'forks',
    maxWorkers: 2,
    allowOnly: false,
    setupFiles: ['test/support/property-seed.ts'],
    passWithNoTests: false,
    // Linting with types starts a compiler; on a loaded machine of two cores that alone took over half a minute.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    teardownTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: NEED_SERVERS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'servers',
          include: NEED_SERVERS,
          globalSetup: ['test/support/global-setup.ts'],
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
