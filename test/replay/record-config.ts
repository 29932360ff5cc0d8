/** Records golden histories anew, by hand: `npx vitest run --config test/replay/record-config.ts`. See histories.ts first. */
import { defineConfig } from 'vitest/config';

// eslint-disable-next-line no-restricted-syntax -- the runner takes the default export of a configuration
export default defineConfig({
  test: {
    pool: 'forks',
    include: ['test/replay/record.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
