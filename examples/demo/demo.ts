/** The demo: a real model goes wrong, and everything that follows. `npm run demo`. */
import { writeFileSync } from 'node:fs';
import { messagesPage } from '../../src/run/loopback/messages-page.js';
import { playAdult } from './adult-story.js';
import { playBank } from './bank-story.js';
import { readOptions, USAGE, type DemoOptions } from './options.js';
import { openStage, type Stage } from './stage.js';
import { computeSummary, type DemoSummary } from './summary.js';

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Visibility is written behind the history: a moment after the last cycle all are listed. */
const VISIBILITY_MS = 2_000;

function tellWhereToLook(stage: Stage, summary: DemoSummary): void {
  const { rollback } = summary;
  say('\nWhat happened');
  say(
    `  ${String(summary.cycles)} cycles, ${String(summary.incidents)} incidents, ${String(summary.retrainings)} retrainings; promoted: ${summary.promoted}`,
  );
  if (rollback === null) say('  no rollback');
  else
    say(
      `  rollback from ${rollback.from} to ${rollback.to}, approved by ${rollback.approvedBy}, ${rollback.verified ? 'verified' : 'not verified'}`,
    );
  say(
    `  ${String(summary.messages.slack)} Slack messages, ${String(summary.messages.email)} e-mails, ${summary.seconds.toFixed(0)} s\n`,
  );
  say('Where to look');
  say(`  Temporal UI    ${summary.temporalUi}`);
  if (stage.slack !== null) say(`  messages       file://${stage.folder.messagesPage}`);
  say('  command line   npx plumbline show bank-marketing');
  say('  the servers keep running; npx plumbline down stops them');
}

async function play(options: DemoOptions): Promise<void> {
  const stage = await openStage(say);
  const startedAt = new Date().toISOString();
  const begun = performance.now();
  try {
    await playBank(stage, options, say);
    await playAdult(stage, say);
    await new Promise((resolve) => setTimeout(resolve, VISIBILITY_MS));
    const seconds = (performance.now() - begun) / 1000;
    const temporalUi = stage.stack.temporalUi ?? stage.settings.temporalUi ?? `http://${stage.stack.temporalAddress}`;
    const facts = await computeSummary({ ...stage, temporalUi, startedAt });
    const summary: DemoSummary = { ...facts, seconds: Math.round(seconds * 10) / 10 };
    writeFileSync(stage.folder.summary, `${JSON.stringify(summary, null, 2)}\n`);
    if (stage.slack !== null && stage.mails !== null) {
      writeFileSync(
        stage.folder.messagesPage,
        messagesPage({ slack: stage.slack.messages(), mails: stage.mails.mails() }),
      );
    }
    tellWhereToLook(stage, summary);
  } finally {
    await stage.close();
  }
}

async function main(): Promise<number> {
  let options: DemoOptions;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
    return 2;
  }
  if (!options.yes && !process.stdin.isTTY && options.defect) {
    process.stderr.write('This is no terminal, so nobody could approve the rollback: run npm run demo -- --yes\n');
    return 2;
  }
  await play(options);
  return 0;
}

process.exit(await main());
