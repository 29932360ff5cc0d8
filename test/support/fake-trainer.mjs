// A trainer that fits nothing: it keeps the contract of docs/trainer.md, or breaks it in the way its first argument says.
// Usage: node fake-trainer.mjs better|worse|fails|silent|slow train|score …
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const [mode, task, ...rest] = process.argv.slice(2);
const text = /** @type {const} */ ({ type: 'string' });
const { values } = parseArgs({
  args: rest,
  options: { request: text, out: text, artefact: text, model: text, from: text, to: text },
});

/** Labels alternate. A good score tells them apart well, a bad one the wrong way round. @param {boolean} good */
function rows(good) {
  return Array.from({ length: 400 }, (_, i) => {
    const label = i % 2 === 0 ? 'yes' : 'no';
    const noise = ((i * 7919) % 997) / 997;
    const score = (label === 'yes') === good ? 0.3 + 0.7 * noise : 0.7 * noise;
    return { id: `r${i}`, prediction: score > 0.5 ? 'yes' : 'no', score, label };
  });
}

function train() {
  const out = String(values.out);
  const artefact = join(out, 'artefact.json');
  const content = JSON.stringify({ good: mode === 'better' });
  writeFileSync(artefact, content);
  console.log(JSON.stringify({ progress: 0.5, text: 'half way' }));
  console.log(JSON.stringify({ artefact, sha256: createHash('sha256').update(content).digest('hex'), rows: 400 }));
}

function score() {
  const { good } = JSON.parse(readFileSync(String(values.artefact), 'utf8'));
  const lines = rows(good).map((row) => JSON.stringify(row));
  writeFileSync(String(values.out), `${lines.join('\n')}\n`);
  console.log(JSON.stringify({ rows: lines.length }));
}

if (mode === 'fails') {
  console.error('only one class in the span');
  process.exitCode = 1;
} else if (mode === 'silent') {
  console.log('trained, and nothing to say about it');
} else if (mode === 'slow') {
  setInterval(() => undefined, 1000);
} else if (task === 'train') {
  train();
} else {
  score();
}
