/** The model that `evaluate` explains by asking it: an address or a command, from the options. */
import { commandExchange } from '../io/served-model/command-exchange.js';
import { endpointOf, type Exchange, type RowForm } from '../io/served-model/batches.js';
import { addressFault, httpExchange } from '../io/served-model/http-exchange.js';
import { resolveSecret, SecretError } from '../io/secrets.js';
import { type AskedModel, ModelUnavailable } from '../model/asked-model.js';
import type { Roles } from '../model/frame.js';
import type { CommandSet } from './command-set.js';
import { wrongUse } from './command-fault.js';

/** Rows that a model is asked in one measurement, unless told otherwise. */
const MOST_ANSWERS = 100_000;

export interface ModelOptions {
  readonly model?: string;
  readonly modelCommand?: string;
  readonly modelToken?: string;
  readonly modelTimeout?: string;
  readonly modelRows?: string;
  readonly modelAnswers?: string;
}

export interface AskedSource {
  readonly modelFor: (roles: Roles) => AskedModel;
  /** True once the model gave no answer that could be used. */
  readonly failed: () => boolean;
  readonly close: () => Promise<void>;
}

function wholeNumber(option: string, text: string | undefined, usual: number): number {
  const value = text === undefined ? usual : Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw wrongUse(`${option} takes a whole number above 0, not "${text ?? ''}"`);
}

function secretOf(reference: string | undefined): string | undefined {
  try {
    return reference === undefined ? undefined : resolveSecret(reference);
  } catch (error) {
    if (error instanceof SecretError) throw wrongUse(error.message, '--model-token takes env:NAME or file:PATH');
    throw error;
  }
}

/** A list in JSON, where a word holds blanks; else the words between blanks. */
function wordsOf(command: string): [string, ...string[]] {
  let words: unknown = command.trim().split(/\s+/);
  if (command.trim().startsWith('[')) {
    try {
      words = JSON.parse(command);
    } catch {
      throw wrongUse('--model-command is no JSON list', `for example '["python3", "my model.py"]'`);
    }
  }
  const isWords =
    Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === 'string' && word !== '');
  if (!isWords) throw wrongUse('--model-command names no command', "for example 'python3 score.py'");
  return words as [string, ...string[]];
}

function source(exchange: Exchange, form: RowForm, mostAnswers: number, close: () => Promise<void>): AskedSource {
  let failed = false;
  return {
    modelFor: ({ numeric, categorical }) => {
      const features = [...numeric, ...categorical];
      const { answer } = endpointOf(exchange, features, form);
      const endpoint = {
        answer: async (rows: Parameters<typeof answer>[0]) => {
          try {
            return await answer(rows);
          } catch (error) {
            failed ||= error instanceof ModelUnavailable;
            throw error;
          }
        },
      };
      return { features, endpoint, mostAnswers };
    },
    failed: () => failed,
    close,
  };
}

/** The model to ask; `undefined` where the options name a model file, or none. */
export function askedSource(options: ModelOptions): AskedSource | undefined {
  const { model, modelCommand, modelToken, modelRows = 'lists' } = options;
  const isAddress = model !== undefined && /^[a-z][a-z0-9+.-]*:\/\//i.test(model);
  if (model !== undefined && modelCommand !== undefined) throw wrongUse('--model and --model-command name two models');
  if (!isAddress && modelToken !== undefined) throw wrongUse('--model-token is for a model at an address');
  if (!isAddress && modelCommand === undefined) return undefined;
  if (modelRows !== 'lists' && modelRows !== 'objects') throw wrongUse('--model-rows takes lists or objects');
  const most = wholeNumber('--model-answers', options.modelAnswers, MOST_ANSWERS);
  const seconds =
    options.modelTimeout === undefined ? undefined : wholeNumber('--model-timeout', options.modelTimeout, 1);
  if (modelCommand !== undefined) {
    const exchange = commandExchange(wordsOf(modelCommand), seconds === undefined ? undefined : seconds * 1000);
    return source(exchange, modelRows, most, exchange.close);
  }
  const address = model ?? '';
  const fault = addressFault(address, modelToken !== undefined);
  if (fault !== undefined) throw wrongUse(fault);
  const token = secretOf(modelToken);
  const exchange = httpExchange(address, {
    ...(token !== undefined && { token }),
    ...(seconds !== undefined && { timeoutMs: seconds * 1000 }),
  });
  return source(exchange, modelRows, most, () => Promise.resolve());
}

/** The options of a model that is asked. */
export function addModelOptions(command: ReturnType<CommandSet['command']>): typeof command {
  return command
    .option('--model <file or address>', 'a model file, or the address of a served model, whose answers are explained')
    .option('--model-command <command>', 'a command that answers lines of JSON, instead of an address')
    .option('--model-token <reference>', 'bearer token for the address, as env:NAME or file:PATH')
    .option('--model-timeout <seconds>', 'how long one request may take (30; a command 60)')
    .option('--model-rows <form>', 'rows as lists (in the order of the features) or as objects (by name)')
    .option('--model-answers <count>', `rows that the model is asked at most (${String(MOST_ANSWERS)})`);
}
