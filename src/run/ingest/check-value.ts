/** A JSON value against its schema: every fault with the field, what is wrong, and what to do about it. */
import { didYouMean, didYouMeanSentence } from '../../model/nearest.js';
import type { JsonType, ValueSchema } from './row-schema.js';

export interface ValueFault {
  /** `features.age`; '' is the row as a whole. */
  readonly field: string;
  readonly message: string;
  readonly cure: string;
}

type Tell = (fault: ValueFault) => void;

const WORDS: Readonly<Record<JsonType, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'null',
  object: 'an object',
};

function wordOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return value === null ? 'null' : WORDS[typeof value as JsonType];
}

function isOf(value: unknown, type: JsonType): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'integer':
      return Number.isInteger(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type;
  }
}

const typesOf = ({ type }: ValueSchema): readonly JsonType[] => (typeof type === 'string' ? [type] : type);

function exampleOf({ examples = [] }: ValueSchema): string {
  return examples.length === 0 ? 'leave it out' : `for example ${JSON.stringify(examples[0])}`;
}

function typeFault(schema: ValueSchema, value: unknown, field: string): ValueFault {
  const wanted = typesOf(schema).map((type) => WORDS[type]);
  const last = wanted.at(-1) ?? '';
  const list = wanted.length === 1 ? last : `${wanted.slice(0, -1).join(', ')} or ${last}`;
  const what = field === '' ? 'the row' : field;
  const isQuotedNumber =
    typesOf(schema).includes('number') &&
    typeof value === 'string' &&
    value.trim() !== '' &&
    Number.isFinite(Number(value));
  return {
    field,
    message: `${what} is ${wordOf(value)} where ${list} is expected`,
    cure: isQuotedNumber ? `send the number without quotes: ${String(Number(value))}` : exampleOf(schema),
  };
}

const PATTERNS = new Map<string, RegExp>();

function patternOf(source: string): RegExp {
  let pattern = PATTERNS.get(source);
  if (pattern === undefined) {
    pattern = new RegExp(source, 'u');
    PATTERNS.set(source, pattern);
  }
  return pattern;
}

function checkText(schema: ValueSchema, text: string, field: string, tell: Tell): void {
  const { minLength = 0, maxLength, pattern } = schema;
  // Half of a pair is no character: stored, it would become another one.
  if (/\p{Surrogate}/u.test(text)) {
    tell({ field, message: `${field} holds half a character (a lone surrogate)`, cure: 'send whole characters' });
  } else if (text.length < minLength) tell({ field, message: `${field} is empty`, cure: exampleOf(schema) });
  else if (maxLength !== undefined && text.length > maxLength && Array.from(text).length > maxLength) {
    const length = Array.from(text).length;
    tell({
      field,
      message: `${field} has ${String(length)} characters`,
      cure: `at most ${String(maxLength)} are kept`,
    });
  } else if (pattern !== undefined && !patternOf(pattern).test(text)) {
    tell({
      field,
      message: `${field} is not in the form that is expected: ${shortened(text)}`,
      cure: exampleOf(schema),
    });
  }
}

const shortened = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

function checkNumber(schema: ValueSchema, value: number, field: string, tell: Tell): void {
  const { minimum = -Infinity, maximum = Infinity } = schema;
  if (!Number.isFinite(value)) tell({ field, message: `${field} is larger than any number`, cure: exampleOf(schema) });
  else if (value < minimum || value > maximum) {
    const side = value < minimum ? `below ${String(minimum)}` : `above ${String(maximum)}`;
    tell({ field, message: `${field} is ${String(value)}, ${side}`, cure: exampleOf(schema) });
  }
}

function unknownFault(name: string, field: string, known: readonly string[]): ValueFault {
  if (field === '')
    return { field: name, message: `there is no field "${name}"`, cure: didYouMean(name, known, 'Fields') };
  const cure = `${didYouMeanSentence(name, known, 'Features')} A new one belongs into the definition first.`;
  return { field: `${field}.${name}`, message: `the definition has no feature "${name}"`, cure };
}

function checkObject(schema: ValueSchema, value: Readonly<Record<string, unknown>>, field: string, tell: Tell): void {
  const { properties = {}, additionalProperties, required = [] } = schema;
  for (const name of required) {
    if (!Object.hasOwn(value, name)) {
      const found = Object.keys(value).filter((other) => !Object.hasOwn(properties, other));
      const guess =
        found.length === 0 ? exampleOf(properties[name] ?? { type: 'string' }) : didYouMean(name, found, 'It has');
      tell({ field: name, message: `${name} is missing`, cure: guess });
    }
  }
  for (const name of Object.keys(value)) {
    const own = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    if (own === false) tell(unknownFault(name, field, Object.keys(properties)));
    else if (own !== undefined) checkValue(own, value[name], field === '' ? name : `${field}.${name}`, tell);
  }
}

/** Tells every fault of the value; a value that fits tells nothing. */
export function checkValue(schema: ValueSchema, value: unknown, field: string, tell: Tell): void {
  if (!typesOf(schema).some((type) => isOf(value, type))) tell(typeFault(schema, value, field));
  else if (typeof value === 'string') checkText(schema, value, field, tell);
  else if (typeof value === 'number') checkNumber(schema, value, field, tell);
  else if (typeof value === 'object' && value !== null)
    checkObject(schema, value as Record<string, unknown>, field, tell);
}
