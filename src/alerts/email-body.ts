/**
 * Messages as e-mail: one subject per incident, so that mail readers keep it as one thread, and a body that says first
 * what has just happened. HTML and text say the same; the HTML is self-contained and loads nothing.
 */
import { cut, html, isWebAddress, oneLine, strip } from './escape.js';
import { describeEvent, type EventText } from './event-text.js';
import type { IncidentEvent, IncidentView } from './incident-view.js';
import { colorOf, describeIncident, subjectOf, type ActionText, type AlertText, type IncidentText } from './message.js';

export interface EmailContent {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Alerts, actions and notes written out in one mail; the rest is counted. */
const SHOWN = 25;
/** Code points of one data-derived line. */
const LINE = 1000;

const line = (text: string): string => cut(oneLine(text), LINE);

function eventLines(said: EventText): readonly string[] {
  const quote = said.quote === undefined ? [] : strip(said.quote).slice(0, 10_000).split('\n');
  return [
    line(said.headline),
    ...said.lines.map(line),
    ...quote.map((words) => `  ${line(words)}`),
    ...said.commands.map(({ label, command }) => `${label}: ${line(command)}`),
  ];
}

const more = (total: number): readonly string[] => (total > SHOWN ? [`… and ${String(total - SHOWN)} more`] : []);

function alertLines(alert: AlertText): readonly string[] {
  return [
    `* ${line(alert.title)} (${alert.over ? 'over' : alert.severity})`,
    ...alert.lines.map((words) => `  ${line(words)}`),
  ];
}

function actionLines(action: ActionText): readonly string[] {
  return [
    `* ${line(action.title)}: ${line(action.state)}`,
    ...action.lines.map((words) => `  ${line(words)}`),
    ...action.commands.map(({ label, command }) => `  ${label}: ${line(command)}`),
  ];
}

function linksOf(view: IncidentView, text: IncidentText): ReadonlyArray<readonly [label: string, address: string]> {
  return [
    ...(text.runbook === undefined ? [] : [['Runbook', text.runbook] as const]),
    ...(view.links.incident === undefined ? [] : [['Incident in Temporal', view.links.incident] as const]),
    ...(view.links.cycle === undefined ? [] : [['Cycle in Temporal', view.links.cycle] as const]),
  ];
}

function plain(said: EventText, view: IncidentView, incident: IncidentText): string {
  const paragraphs: ReadonlyArray<readonly string[]> = [
    eventLines(said),
    [line(incident.status), line(incident.release)],
    [...incident.alerts.slice(0, SHOWN).flatMap(alertLines), ...more(incident.alerts.length)],
    [...incident.actions.slice(-SHOWN).flatMap(actionLines), ...more(incident.actions.length)],
    incident.notes.map((note) => `- ${line(note)}`),
    incident.commands.map(({ label, command }) => `${label}: ${line(command)}`),
    linksOf(view, incident).map(([label, address]) => `${label}: ${line(address)}`),
    [`Incident ${line(view.incidentId)}, model ${line(view.model)}, team ${line(view.team)}`],
  ];
  return `${paragraphs
    .filter((paragraph) => paragraph.length > 0)
    .map((paragraph) => paragraph.join('\n'))
    .join('\n\n')}\n`;
}

const paragraph = (words: string): string => `<p style="margin:4px 0">${words}</p>`;
const heading = (words: string): string => `<h2 style="font-size:15px;margin:18px 0 4px">${words}</h2>`;
const data = (words: string): string => html(line(words));
const commandHtml = ({ label, command }: { readonly label: string; readonly command: string }): string =>
  paragraph(`${html(label)}: <code style="background:#f2f2f2;padding:1px 4px">${data(command)}</code>`);

function alertHtml(alert: AlertText): string {
  const title = alert.over ? `<s>${data(alert.title)}</s> over` : `<b>${data(alert.title)}</b> (${alert.severity})`;
  return `<li style="margin:6px 0">${title}${alert.lines.map((words) => `<br>${data(words)}`).join('')}</li>`;
}

function actionHtml(action: ActionText): string {
  const lines = action.lines.map((words) => `<br>${data(words)}`).join('');
  return `<li style="margin:6px 0"><b>${data(action.title)}</b>: ${data(action.state)}${lines}${action.commands.map(commandHtml).join('')}</li>`;
}

function listHtml(title: string, items: readonly string[], total: number): string {
  if (items.length === 0) return '';
  return `${heading(title)}<ul style="padding-left:18px">${items.join('')}</ul>${more(total).map(paragraph).join('')}`;
}

function linkHtml([label, address]: readonly [string, string]): string {
  return isWebAddress(address)
    ? `<a href="${html(address)}">${html(label)}</a>`
    : `${html(label)}: ${html(line(address))}`;
}

function page(said: EventText, view: IncidentView, incident: IncidentText): string {
  const [first = '', ...rest] = eventLines({ ...said, commands: [] });
  const links = linksOf(view, incident).map(linkHtml).join(' · ');
  return [
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"></head>',
    '<body style="font-family:sans-serif;font-size:14px;color:#222;max-width:720px">',
    `<div style="border-left:5px solid ${colorOf(view)};padding-left:12px">`,
    `<h1 style="font-size:18px;margin:0 0 6px">${html(first)}</h1>`,
    ...rest.map((words) => paragraph(html(words))),
    ...said.commands.map(commandHtml),
    '</div>',
    paragraph(`${data(incident.status)}<br>${data(incident.release)}`),
    listHtml('Rules', incident.alerts.slice(0, SHOWN).map(alertHtml), incident.alerts.length),
    listHtml('Actions', incident.actions.slice(-SHOWN).map(actionHtml), incident.actions.length),
    listHtml(
      'Notes',
      incident.notes.map((note) => `<li>${data(note)}</li>`),
      incident.notes.length,
    ),
    ...incident.commands.map(commandHtml),
    links === '' ? '' : paragraph(links),
    `<p style="color:#777;font-size:12px">Incident ${data(view.incidentId)}, model ${data(view.model)}, team ${data(view.team)}</p>`,
    '</body></html>',
  ].join('\n');
}

export function renderEmail(event: IncidentEvent, view: IncidentView): EmailContent {
  const incident = describeIncident(view);
  const told = describeEvent(event, view);
  // The status has its own paragraph in a mail.
  const said = { ...told, lines: told.lines.filter((words) => words !== incident.status) };
  const subject = cut(oneLine(`[Plumbline] ${subjectOf(view)}`), 200);
  return {
    subject: event.kind === 'opened' ? subject : `Re: ${subject}`,
    text: plain(said, view, incident),
    html: page(said, view, incident),
  };
}

export function renderEmailTest(test: { readonly model: string; readonly by: string }): EmailContent {
  const words = `This is a test from Plumbline for the model ${line(test.model)}, asked for by ${line(test.by)}. Nothing is wrong.`;
  return {
    subject: `[Plumbline] Test for ${cut(oneLine(test.model), 100)}`,
    text: `${words}\n`,
    html: `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"></head><body>${paragraph(html(words))}</body></html>`,
  };
}

/** A local part for a Message-ID: letters, digits, dots and dashes stay, anything else is written as its code point. */
function idAtom(text: string): string {
  const atom = Array.from(text, (point) => {
    if (/[A-Za-z0-9-]/.test(point)) return point;
    return point === '/' ? '.' : `_${point.codePointAt(0)?.toString(16) ?? ''}_`;
  }).join('');
  return atom.replace(/^\.+|\.+$/g, '').replace(/\.{2,}/g, '.');
}

export interface EmailIds {
  /** The same for every attempt at one notification: receivers may drop the second copy. */
  readonly messageId: string;
  /** An id no mail has, referred to by all mails of the incident: they are one thread even if the first was lost. */
  readonly threadId: string;
}

/** Fixed ids of one notification (see `notificationId`) in the domain of the sender's address. */
export function emailIds(notification: string, incident: string, from: string): EmailIds {
  const domain = /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'plumbline.invalid';
  return {
    messageId: `<${idAtom(notification)}@${domain}>`,
    threadId: `<incident.${idAtom(incident)}@${domain}>`,
  };
}
