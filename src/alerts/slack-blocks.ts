/**
 * Messages as Slack blocks. Slack refuses a message as a whole when one block is too long, and the longest message is
 * the worst trouble; so everything here is cut to fit, most important first, and says what it left out.
 */
import type { Severity } from '../model/definition.js';
import { slackCode, slackLink, slackLiteral, slackMention, slackParagraph } from './escape.js';
import { describeEvent } from './event-text.js';
import type { IncidentEvent, IncidentView } from './incident-view.js';
import {
  colorOf,
  describeIncident,
  isOpen,
  type ActionText,
  type AlertText,
  type CommandText,
  type IncidentText,
} from './message.js';

interface MrkdwnText {
  readonly type: 'mrkdwn';
  readonly text: string;
  /** Keeps Slack from turning plain words into links and mentions. */
  readonly verbatim: true;
}

export type SlackBlock =
  | { readonly type: 'section'; readonly text: MrkdwnText }
  | { readonly type: 'context'; readonly elements: readonly MrkdwnText[] }
  | { readonly type: 'divider' };

export interface SlackContent {
  /** The line of the notification, shown above the blocks when they carry a colour. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

export interface SlackRoot extends SlackContent {
  /** Of the bar beside the message: the worst open state. */
  readonly color: string;
}

export interface SlackReply extends SlackContent {
  /** True if the reply is shown in the channel too (`reply_broadcast`). */
  readonly broadcast: boolean;
}

/**
 * A section's text may have 3,000 characters. Documented: docs.slack.dev, text object. Some units are left for markup.
 */
const SECTION = 2900;
/**
 * All texts of a message together. Undocumented; messages of 11,341 characters have been refused as
 * `msg_blocks_too_long` (slackapi/bolt-js#2867, #2509), so we stay well below.
 */
const TOTAL = 9000;
/** Kept free for the lines that count what was left out. */
const RESERVE = 200;
/** Slack truncates a message's text at 40,000 and advises 4,000; ours is one line. */
const TEXT = 1000;
const SHOWN_ALERTS = 10;
const SHOWN_ACTIONS = 4;

const SIGNS: Readonly<Record<Severity, string>> = { critical: '🔴', warning: '🟠', info: '🔵' };

function signOf(view: IncidentView): string {
  if (view.state === 'resolved') return '🟢';
  return view.state === 'closed' ? '⚪' : SIGNS[view.severity];
}

const mrkdwn = (text: string): MrkdwnText => ({ type: 'mrkdwn', text, verbatim: true });

const sizeOf = (block: SlackBlock): number => {
  if (block.type === 'section') return block.text.text.length;
  return block.type === 'context' ? block.elements.reduce((sum, element) => sum + element.text.length, 0) : 0;
};

/** Lines joined until the section is full; a line is never halved. */
function section(lines: readonly string[]): SlackBlock[] {
  const kept: string[] = [];
  let length = 0;
  for (const line of lines.filter((candidate) => candidate !== '')) {
    if (length + line.length + 1 > SECTION - 60) {
      kept.push('_… cut here: the rest is in the Temporal UI_');
      break;
    }
    kept.push(line);
    length += line.length + 1;
  }
  return kept.length === 0 ? [] : [{ type: 'section', text: mrkdwn(kept.join('\n')) }];
}

const commandLine = ({ label, command }: CommandText): string => `${label}: ${slackCode(command, 300)}`;

function alertBlocks(alert: AlertText): SlackBlock[] {
  const title = slackLiteral(alert.title, 250) || 'rule';
  const lines = alert.lines.map((line) => slackLiteral(line, 700));
  return section(alert.over ? [`~${title}~ over`, ...lines] : [`*${title}* (${alert.severity})`, ...lines]);
}

function actionBlocks(action: ActionText): SlackBlock[] {
  return section([
    `${action.commands.length > 0 ? '👉 ' : ''}*${slackLiteral(action.title, 250)}*: ${slackLiteral(action.state, 250)}`,
    ...action.lines.map((line) => slackLiteral(line, 500)),
    ...action.commands.map(commandLine),
  ]);
}

function footerBlocks(view: IncidentView, text: IncidentText): SlackBlock[] {
  const { cycle, incident } = view.links;
  const links = [
    ...(text.runbook === undefined ? [] : [slackLink(text.runbook, 'Runbook')]),
    ...(incident === undefined ? [] : [slackLink(incident, 'Incident in Temporal')]),
    ...(cycle === undefined ? [] : [slackLink(cycle, 'Cycle in Temporal')]),
  ].filter((link) => link.length <= 600);
  const about = `${slackCode(view.incidentId, 200)} · model ${slackCode(view.model, 100)} · team ${slackLiteral(view.team, 100)}`;
  return [
    ...section(text.commands.map(commandLine)),
    { type: 'context', elements: [mrkdwn(about), ...(links.length === 0 ? [] : [mrkdwn(links.join(' · '))])] },
  ];
}

/** Takes blocks while the message's budget lasts; what does not fit any more is counted. */
class Budget {
  private left = TOTAL - RESERVE;

  spend(blocks: readonly SlackBlock[]): boolean {
    const size = blocks.reduce((sum, block) => sum + sizeOf(block), 0);
    if (size > this.left) return false;
    this.left -= size;
    return true;
  }

  /** The parts that fit, in order, and how many were left out; stops at the first that does not fit. */
  fill(parts: ReadonlyArray<readonly SlackBlock[]>, most: number): { blocks: SlackBlock[]; omitted: number } {
    const blocks: SlackBlock[] = [];
    let taken = 0;
    for (const part of parts.slice(0, most)) {
      if (!this.spend(part)) break;
      blocks.push(...part);
      taken += 1;
    }
    return { blocks, omitted: parts.length - taken };
  }
}

function omittedLine(omitted: number, what: string): SlackBlock[] {
  return omitted === 0 ? [] : section([`_and ${String(omitted)} more ${what}_`]);
}

const textLine = (sign: string, headline: string): string => `${sign} *${slackLiteral(headline, TEXT - 20)}*`;

/** The message that stands in the channel and is edited in place as the incident goes on. */
export function renderSlackRoot(view: IncidentView): SlackRoot {
  const text = describeIncident(view);
  const budget = new Budget();
  const head = section([slackLiteral(text.status, 600), slackLiteral(text.release, 400)]);
  const footer = footerBlocks(view, text);
  budget.spend(head);
  budget.spend(footer);
  // The worst rule comes first, then what a person is asked, then the rest.
  const worst = budget.fill(text.alerts.slice(0, 1).map(alertBlocks), 1);
  const questions = text.actions.filter((action) => action.commands.length > 0);
  const waiting = budget.fill(questions.map(actionBlocks), SHOWN_ACTIONS);
  const alerts = budget.fill(text.alerts.slice(1).map(alertBlocks), SHOWN_ALERTS - 1);
  const others = text.actions.filter((action) => action.commands.length === 0).reverse();
  const done = budget.fill(others.map(actionBlocks), SHOWN_ACTIONS);
  const notes = budget.fill(
    text.notes.map((note) => section([`• ${slackLiteral(note, 400)}`])),
    text.notes.length,
  );
  return {
    text: textLine(signOf(view), text.headline),
    blocks: [
      ...head,
      ...worst.blocks,
      ...alerts.blocks,
      ...omittedLine(alerts.omitted, alerts.omitted === 1 ? 'rule' : 'rules'),
      ...waiting.blocks,
      ...done.blocks,
      ...omittedLine(waiting.omitted + done.omitted, 'actions'),
      ...notes.blocks,
      ...footer,
    ],
    color: colorOf(view),
  };
}

function eventSign(event: IncidentEvent, view: IncidentView): string {
  switch (event.kind) {
    case 'resolved':
      return '🟢';
    case 'action finished': {
      const state = view.actions.find((action) => action.id === event.action)?.state;
      if (state === 'verified') return '🟢';
      return state === 'failed' ? SIGNS.critical : '💬';
    }
    case 'acknowledged':
    case 'comment':
    case 'silenced':
    case 'silence ended':
    case 'window revised':
      return '💬';
    case 'action asked':
      return '👉';
    case 'closed':
      return '⚪';
    case 'opened':
    case 'reopened':
    case 'severity raised':
    case 'escalated':
    case 'repeated':
    case 'action decided':
      return isOpen(view) ? SIGNS[view.severity] : '💬';
  }
}

/** One step of the incident, for its thread. */
export function renderSlackReply(event: IncidentEvent, view: IncidentView): SlackReply {
  const said = describeEvent(event, view);
  const mention = said.mention === undefined ? '' : `${slackMention(said.mention)} `;
  const budget = new Budget();
  const head = section([
    `${mention}${textLine(eventSign(event, view), said.headline)}`,
    ...said.lines.map((line) => slackLiteral(line, 700)),
    ...said.commands.map(commandLine),
  ]);
  budget.spend(head);
  const quote = said.quote === undefined ? [] : section([slackParagraph(said.quote, 2500)]);
  return {
    text: `${mention}${textLine(eventSign(event, view), said.headline)}`,
    blocks: [...head, ...(budget.spend(quote) ? quote : [])],
    broadcast: said.loud,
  };
}

/** What takes the place of a message that can no longer be edited, and where the old one was. */
export function renderSlackReplacement(view: IncidentView, why: string, oldMessage?: string): SlackRoot {
  const root = renderSlackRoot(view);
  const where = oldMessage === undefined ? '' : ` ${slackLink(oldMessage, 'earlier message')}`;
  return {
    ...root,
    blocks: [...section([`Continues an earlier message (${slackLiteral(why, 200)}).${where}`]), ...root.blocks],
  };
}

/** The message of `notify test`: proves that token, channel and rights are right, and cannot be taken for an incident. */
export function renderSlackTest(test: { readonly model: string; readonly by: string }): SlackContent {
  const line = `This is a test from Plumbline for the model ${slackCode(test.model, 100)}, asked for by ${slackLiteral(test.by, 100)}. Nothing is wrong.`;
  return { text: line, blocks: section([line]) };
}
