/** A rule in plain sentences, for the comments of a written definition and for whoever asks why. */
import type { Rule } from '../model/definition.js';
import { limitText } from './limit.js';

const OF_WHAT = {
  model: '',
  features: ' of any feature',
  prediction: ' of the prediction or score',
  groups: ' of any group of a sensitive attribute',
  segments: ' of any weak segment',
} as const;

const ASKS_FOR = {
  none: '',
  retrain: ', and asks for a retraining',
  rollback: ', and asks for a rollback',
  remedy: ', and asks for a rollback or a retraining, whichever fits',
} as const;

/** What the rule watches and what it asks for; then what evidence it wants before it says anything. */
export function explainRule(rule: Rule): string {
  const only = rule.only === undefined ? '' : ` (${rule.only.join(', ')})`;
  const sense = `${capital(rule.severity)} if ${rule.metric}${OF_WHAT[rule.scope]}${only} ${verb(rule)}${limitText(rule)}${ASKS_FOR[rule.action]}.`;
  return `${sense} ${evidence(rule)}`;
}

function verb({ limit }: Rule): string {
  return limit.kind === 'changed' ? '' : 'is ';
}

function evidence(rule: Rule): string {
  const certainty =
    rule.certainty === null
      ? ''
      : `, its ${percent(rule.certainty)} interval (where there is one) must lie beyond the limit`;
  const { breaches, of } = rule.hold;
  const hold = breaches === of ? inARow(of) : `, in ${breaches} of ${of} windows`;
  const keep = rule.keep === 1 ? 'one clear window ends' : `${rule.keep} clear windows in a row end`;
  const learned = rule.learned
    ? ' Once the reference holds 20 windows of its own, the value must lie beyond what they reach.'
    : '';
  return `It needs a count of at least ${rule.minimumN}${certainty}${hold}; ${keep} the alert.${learned}`;
}

const inARow = (windows: number): string => (windows === 1 ? ', in one window' : `, in ${windows} windows in a row`);

/** Digits of the certainty as it was written, without the dust of binary fractions. */
const percent = (share: number): string => `${Number((share * 100).toPrecision(8))} %`;

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
