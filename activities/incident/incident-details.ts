/** The incident as Markdown, for "current details" in the Temporal UI; the sentences are those of the messages. */
import { describeIncident } from '../../src/alerts/message.js';
import type { IncidentView } from '../../src/alerts/incident-view.js';

/** Characters that would start markup or a link inside a sentence that came from data. */
function plain(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_[\]<>|]/g, (sign) => `\\${sign}`);
}

const LIMIT = 8000;

export function incidentDetails(view: IncidentView): string {
  const text = describeIncident(view);
  const alerts = text.alerts.flatMap((alert) => [
    `- ${alert.over ? '✅' : '🔴'} **${plain(alert.title)}** (${alert.severity})`,
    ...alert.lines.map((line) => `  - ${plain(line)}`),
  ]);
  const actions = text.actions.flatMap((action) => [
    `- **${plain(action.title)}**: ${plain(action.state)}`,
    ...action.lines.map((line) => `  - ${plain(line)}`),
    ...action.commands.map(({ label, command }) => `  - ${plain(label)}: \`${command.replaceAll('`', '')}\``),
  ]);
  return [
    `### ${plain(text.headline)}`,
    '',
    plain(text.status),
    '',
    ...alerts,
    '',
    plain(text.release),
    '',
    ...actions,
    ...text.notes.map((note) => `> ${plain(note)}`),
  ]
    .join('\n')
    .slice(0, LIMIT);
}
