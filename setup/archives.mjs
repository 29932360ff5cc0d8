// Unpacking one program from a downloaded archive, and checking that it is the pinned one.
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { gunzipSync, inflateRawSync } from 'node:zlib';
import { WayFailed } from './commands.mjs';

/**
 * The file of that name in a zip archive (a wheel is one). Read from the central directory, so that entries without
 * sizes in their own headers work too. Format: PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16.
 * @param {Buffer} zip
 * @param {string} name
 */
export function fromZip(zip, name) {
  let end = zip.length - 22;
  while (end >= 0 && zip.readUInt32LE(end) !== 0x06054b50) end -= 1;
  if (end < 0) throw new WayFailed('the archive is not a zip file');
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const nameLength = zip.readUInt16LE(at + 28);
    const entry = zip.toString('utf8', at + 46, at + 46 + nameLength);
    if (entry === name || entry.endsWith(`/${name}`)) {
      const header = zip.readUInt32LE(at + 42);
      const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
      const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20));
      return zip.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed);
    }
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  throw new WayFailed(`the archive holds no ${name}`);
}

/**
 * The file of that name in a .tar.gz. Format: POSIX.1-2017, pax, "ustar interchange format".
 * @param {Buffer} packed
 * @param {string} name
 */
export function fromTarGz(packed, name) {
  const tar = gunzipSync(packed);
  for (let at = 0; at + 512 <= tar.length;) {
    const entry = tar.toString('utf8', at, at + 100).replace(/\0.*$/s, '');
    if (entry === '') break;
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 136), 8);
    const kind = tar[at + 156];
    const isFile = kind === 0 || kind === 48;
    if (isFile && (entry === name || entry.endsWith(`/${name}`))) return tar.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new WayFailed(`the archive holds no ${name}`);
}

/** @param {Buffer} bytes */
function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Checks the program against its pin and puts it in place at once: a kill leaves the old state or the new one.
 * @param {Buffer} bytes
 * @param {string} pin
 * @param {string} target
 */
export function installChecked(bytes, pin, target) {
  const found = sha256(bytes);
  if (found !== pin) throw new WayFailed(`the program has SHA-256 ${found}, not the pinned ${pin}; not used`);
  mkdirSync(dirname(target), { recursive: true });
  const temporary = `${target}.${String(process.pid)}.tmp`;
  try {
    writeFileSync(temporary, bytes);
    chmodSync(temporary, 0o755);
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { force: true });
  }
}
