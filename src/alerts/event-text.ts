/** What is said when an incident takes a step: the sentences of a thread reply, and the first lines of an e-mail. */
import type { ActionView, IncidentEvent, IncidentView } from './incident-view.js';
import {
  actionTitle,
  describeAction,
  describeAlert,
  describeIncident,
  durationText,
  severityWord,
  type CommandText,
} from './message.js';
import { durationWords, instantWords, windowWords } from './wording.js';

export interface EventText {
  /** One line; says what happened. */
  readonly headline: string;
  readonly lines: readonly string[];
  /** Words of a person, shown apart from ours. */
  readonly quote?: string;
  readonly commands: readonly CommandText[];
  /** From the configuration, as it stands there. */
  readonly mention?: string;
  /** True where somebody must notice now: a reply in a thread is also shown in the channel. */
  readonly loud: boolean;
}

const quiet = (headline: string, lines: readonly string[] = []): EventText => ({
  headline,
  lines,
  commands: [],
  loud: false,
});

const mentioning = (mention: string | undefined): { mention?: string } => (mention === undefined ? {} : { mention });

function withAction(view: IncidentView, id: string, say: (action: ActionView) => EventText): EventText {
  const action = view.actions.find((candidate) => candidate.id === id);
  // The view is read when the message is sent; an action that is gone from it by then has ended elsewhere.
  return action === undefined ? quiet(`Action ${id} is no longer part of this incident`) : say(action);
}

function asked(action: ActionView, mention: string | undefined): EventText {
  const text = describeAction(action);
  return {
    headline: `${text.title}: ${text.state}`,
    lines: text.lines,
    commands: text.commands,
    ...mentioning(mention),
    loud: action.state === 'waiting',
  };
}

function decided(action: ActionView, reason: string | undefined): EventText {
  const text = describeAction(action);
  const because = reason === undefined ? [] : [`Reason given: ${reason}`];
  return { ...quiet(`${text.title}: ${text.state}`, [...text.lines, ...because]), loud: action.state === 'expired' };
}

function finished(action: ActionView): EventText {
  const title = actionTitle(action);
  const outcome = action.outcome === undefined ? [] : [action.outcome];
  if (action.state === 'verified') {
    const done = action.kind === 'rollback' ? title.replace('Rollback', 'Rolled back') : title;
    return quiet(`${done}: ${action.kind === 'rollback' ? 'restored and verified' : 'done and verified'}`, outcome);
  }
  if (action.state === 'failed') {
    return { ...quiet(`${title} FAILED: a person has to look now`, outcome), loud: true };
  }
  return quiet(`${title}: ${describeAction(action).state}`, outcome);
}

function resolved(view: IncidentView): EventText {
  const lines = view.alerts.map((alert) => {
    const text = describeAlert({ ...alert, resolved: true }, view.timezone);
    return [text.title, ...text.lines.filter((line) => !line.startsWith('Limit: '))].join(' · ');
  });
  return quiet(`Resolved${durationText(view)}`, lines);
}

const until = (time: string | undefined): string => (time === undefined ? '' : ` until ${instantWords(time)}`);

export function describeEvent(event: IncidentEvent, view: IncidentView): EventText {
  const incident = describeIncident(view);
  switch (event.kind) {
    case 'opened':
      return { ...quiet(incident.headline, [incident.status]), loud: true };
    case 'reopened':
      return { ...quiet(`Breached again, reopened. ${incident.headline}`), loud: true };
    case 'severity raised':
      return {
        ...quiet(
          `Severity raised from ${severityWord[event.from].toLowerCase()} to ${severityWord[event.to].toLowerCase()}`,
          [incident.headline],
        ),
        ...mentioning(event.mention),
        loud: true,
      };
    case 'acknowledged':
      return quiet(`Acknowledged by ${event.by}${until(event.until)}; reminders and escalation stop`);
    case 'escalated': {
      const after = event.afterMs === undefined ? '' : ` after ${durationWords(event.afterMs)}`;
      return {
        ...quiet(`Escalated: nobody has acknowledged this${after}`, [incident.headline]),
        commands: incident.commands,
        ...mentioning(event.mention),
      };
    }
    case 'repeated':
      return { ...quiet(`Still so. ${incident.headline}`, [incident.status]), ...mentioning(event.mention) };
    case 'resolved':
      return resolved(view);
    case 'closed':
      return quiet(`Closed by ${event.by}${event.reason === undefined ? '' : `: ${event.reason}`}`);
    case 'action asked':
      return withAction(view, event.action, (action) => asked(action, event.mention));
    case 'action decided':
      return withAction(view, event.action, (action) => decided(action, event.reason));
    case 'action finished':
      return withAction(view, event.action, finished);
    case 'comment':
      return { ...quiet(`Comment by ${event.by}`), quote: event.text };
    case 'silenced':
      return quiet(
        `Silenced by ${event.by}${until(event.until)}${event.reason === undefined ? '' : `: ${event.reason}`}`,
        ['The end of this incident is told all the same.'],
      );
    case 'silence ended':
      return { ...quiet(`The silence has ended. ${incident.headline}`, [incident.status]), loud: true };
    case 'window revised':
      return quiet(`An older window was judged again: ${windowWords(event.window, view.timezone)}`, [
        event.text,
        'A revision of an older window opens and resolves nothing.',
      ]);
  }
}
