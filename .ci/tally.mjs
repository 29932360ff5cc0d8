// The closing line of a run, from Vitest's JSON result. Usage: node .ci/tally.mjs RESULT.json
// Prints what did not pass, and last exactly one line "N passed, N failed". Exit status 0 only if everything passed.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ status: string, fullName: string }} Assertion
 * @typedef {{ name: string, status: string, message?: string, assertionResults: Assertion[] }} File
 * @typedef {{ success: boolean, testResults: File[] }} Result
 */

/**
 * A test that was left out has not passed, a file that could not be loaded has failed, and so has a run without tests.
 * @param {Result} result
 * @returns {{ passed: number, faults: string[] }}
 */
export function tally({ success, testResults }) {
  let passed = 0;
  const faults = [];
  for (const { name, status, message = '', assertionResults } of testResults) {
    for (const one of assertionResults) {
      if (one.status === 'passed') passed += 1;
      else
        faults.push(`${name}: ${one.fullName}: ${one.status === 'failed' ? 'failed' : `did not run (${one.status})`}`);
    }
    const isAccounted = assertionResults.some((one) => one.status === 'failed');
    if (status === 'failed' && !isAccounted) faults.push(`${name}: could not be run: ${message.split('\n')[0]}`);
  }
  if (passed === 0 && faults.length === 0) faults.push('no test ran');
  if (!success && faults.length === 0) faults.push('the run failed outside its tests (see its output above)');
  return { passed, faults };
}

function main() {
  const path = process.argv[2] ?? '';
  const { passed, faults } = existsSync(path)
    ? tally(JSON.parse(readFileSync(path, 'utf8')))
    : { passed: 0, faults: ['the tests did not run to their end: there is no result'] };
  for (const fault of faults) console.log(fault);
  console.log(`${String(passed)} passed, ${String(faults.length)} failed`);
  if (faults.length > 0) process.exitCode = 1;
}

const script = process.argv[1];
if (script !== undefined && realpathSync(script) === fileURLToPath(import.meta.url)) main();
