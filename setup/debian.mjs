// Packages of the user's own Debian or Ubuntu, unpacked into a private folder: no root, nothing installed.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { WayFailed, onPath, run } from './commands.mjs';

/**
 * @param {string} folder
 * @param {boolean} hasOwnLists
 */
function aptOptions(folder, hasOwnLists) {
  // As root, apt would hand downloads to the user _apt, who may not enter our folder.
  const options = ['-o', 'APT::Sandbox::User=root', '-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=20'];
  if (!hasOwnLists) return options;
  const lists = ['-o', `Dir::State::lists=${join(folder, 'lists')}`, '-o', `Dir::Cache=${join(folder, 'cache')}`];
  return [...options, ...lists, '-o', 'APT::Update::Post-Invoke-Success::='];
}

/**
 * A way to get packages, with `scratch` (an existing folder) for what lies between. The system's package lists are used
 * where they will do, private ones where they are empty or too old for the mirror.
 * @param {string} scratch
 */
export function openApt(scratch) {
  const apt = onPath('apt-get');
  const dpkg = onPath('dpkg-deb');
  if (apt === null || dpkg === null) throw new WayFailed('not a Debian or Ubuntu system (no apt-get or no dpkg-deb)');
  const folder = join(scratch, 'apt');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'lists', 'partial'), { recursive: true });
  mkdirSync(join(folder, 'cache', 'archives', 'partial'), { recursive: true });
  let hasOwnLists = false;
  const call = (/** @type {string[]} */ args, /** @type {string} */ cwd) =>
    run(apt, ['-qq', ...aptOptions(folder, hasOwnLists), ...args], { cwd, seconds: 300 });

  return {
    /**
     * Downloads the packages (apt checks them against its signed lists) and unpacks them under `root`.
     * @param {string[]} packages
     * @param {string} root
     */
    async unpack(packages, root) {
      const packed = join(folder, 'packed');
      mkdirSync(packed);
      try {
        await call(['download', ...packages], packed);
      } catch (fault) {
        if (hasOwnLists) throw fault;
        hasOwnLists = true;
        await call(['update'], folder);
        await call(['download', ...packages], packed);
      }
      mkdirSync(root, { recursive: true });
      for (const name of readdirSync(packed)) await run(dpkg, ['-x', join(packed, name), root], { seconds: 120 });
      rmSync(packed, { recursive: true, force: true });
    },

    /**
     * The library packages that these packages depend on and that this system has not installed.
     * @param {string[]} packages
     * @returns {Promise<string[]>}
     */
    async librariesOf(packages) {
      const cache = onPath('apt-cache');
      if (cache === null) return [];
      const args = [...aptOptions(folder, hasOwnLists), 'depends', '--important', ...packages];
      const said = await run(cache, args, { seconds: 60 });
      const names = [...said.matchAll(/^\s*\|?(?:Pre)?Depends: (lib[a-z0-9+.-]*)$/gm)].map((match) => match[1] ?? '');
      const missing = [];
      for (const name of new Set(names)) {
        const state = await run('dpkg-query', ['-W', '-f', '${db:Status-Abbrev}', name]).catch(() => '');
        if (!state.startsWith('ii') && !packages.includes(name)) missing.push(name);
      }
      return missing;
    },
  };
}

/**
 * Libraries that the program needs and the loader does not find.
 * @param {string} program
 * @param {string[]} folders
 * @returns {Promise<string[]>}
 */
export async function missingLibraries(program, folders) {
  const ldd = onPath('ldd');
  if (ldd === null) return [];
  const said = await run(ldd, [program], { env: { ...process.env, LD_LIBRARY_PATH: folders.join(':'), LC_ALL: 'C' } });
  return [...said.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] ?? '');
}
