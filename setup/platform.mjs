// What this machine is, and whether Plumbline runs on it.
import { SetupFailed } from './commands.mjs';

const leastNode = [20, 20];

/** @typedef {{ node: string, platform: string, arch: string, glibc: boolean }} Machine */

/** @returns {Machine} */
export function thisMachine() {
  const header = /** @type {{ header?: { glibcVersionRuntime?: string } }} */ (process.report.getReport()).header;
  return {
    node: process.versions.node,
    platform: process.platform,
    arch: process.arch,
    glibc: header?.glibcVersionRuntime !== undefined,
  };
}

/**
 * Throws with the reason where it cannot work.
 * @param {Machine} machine
 */
export function checkMachine(machine) {
  const [major = 0, minor = 0] = machine.node.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = leastNode;
  if (major < leastMajor || (major === leastMajor && minor < leastMinor)) {
    throw new SetupFailed(
      `Plumbline needs Node ${leastNode.join('.')} or newer; this is ${machine.node}.`,
      [],
      ['install a current Node (nodejs.org, or a version manager such as nvm or fnm) and run the same command again'],
    );
  }
  if (machine.platform === 'win32') {
    throw new SetupFailed(
      'Native Windows is not supported: there is no private MySQL-compatible server for it here.',
      [],
      ['use WSL2 with Ubuntu or Debian and run the same command inside it'],
    );
  }
  if (machine.platform === 'linux' && !machine.glibc) {
    throw new SetupFailed(
      'Alpine and other musl systems are not supported: the Temporal SDK ships native code for glibc only.',
      [],
      ['use a Debian or Ubuntu system or image (for example node:20-slim)'],
    );
  }
  const name = `${machine.platform}-${machine.arch}`;
  if (!['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'].includes(name)) {
    throw new SetupFailed(`Plumbline runs on Linux and macOS, x64 and arm64; this machine is ${name}.`);
  }
}

/** @returns {import('./pins.mjs').Platform} */
export function platformName() {
  return /** @type {import('./pins.mjs').Platform} */ (`${process.platform}-${process.arch}`);
}
