/** The request that Plumbline writes for the trainer: read and checked before anything is done. */
import { readFileSync } from 'node:fs';

import type { FeatureNames } from './encoding.js';

export interface TrainRequest {
  readonly model: string;
  /** Name that the candidate will have; the artefact does not depend on it. */
  readonly version: string;
  readonly positive: string;
  readonly features: FeatureNames;
  readonly from: string;
  readonly to: string;
  readonly labelsUntil?: string;
  /** Reference to the address of the database: `env:NAME` or `file:PATH`. */
  readonly mysql: string;
  /** Feed that the candidate will be served through; default `correct`. */
  readonly feed?: string;
}

/** Something the caller has to put right. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}

export function readRequest(path: string): TrainRequest {
  const request = parseObject(readText(path), path);
  const texts = ['model', 'version', 'positive', 'from', 'to', 'mysql'] as const;
  for (const key of texts) {
    if (typeof request[key] !== 'string' || request[key] === '') throw new BadRequest(`${path}: "${key}" is missing.`);
  }
  const features = request['features'];
  const lists = typeof features === 'object' && features !== null ? (features as Record<string, unknown>) : {};
  for (const key of ['numeric', 'categorical']) {
    const list = lists[key];
    if (!Array.isArray(list) || !list.every((name) => typeof name === 'string')) {
      throw new BadRequest(`${path}: "features.${key}" must be a list of names.`);
    }
  }
  const checked = request as unknown as TrainRequest;
  checkSpan(checked.from, checked.to);
  // Columns beside the features, such as sensitive attributes, may be named too: they are not for the model.
  const { numeric, categorical } = checked.features;
  return { ...checked, features: { numeric, categorical } };
}

export function checkSpan(from: string, to: string): void {
  for (const text of [from, to]) {
    if (Number.isNaN(Date.parse(text))) throw new BadRequest(`"${text}" is no ISO 8601 time.`);
  }
  if (Date.parse(from) >= Date.parse(to)) throw new BadRequest(`The span from ${from} to ${to} is empty.`);
}

/** Turns the reference into the address. Faults name the reference, never the value. */
export function resolveAddress(reference: string): string {
  if (reference.startsWith('env:')) {
    const value = process.env[reference.slice(4)];
    if (value === undefined || value === '')
      throw new BadRequest(`The environment variable of ${reference} is not set.`);
    return value;
  }
  if (reference.startsWith('file:')) return readText(reference.slice(5)).trim();
  throw new BadRequest('The address of the database must be a reference: env:NAME or file:PATH.');
}

export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown fault';
    throw new BadRequest(`${path} cannot be read: ${code}.`, { cause: error });
  }
}

function parseObject(text: string, path: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new BadRequest(`${path} is not JSON.`, { cause: error });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new BadRequest(`${path} holds no JSON object.`);
  }
  return parsed as Record<string, unknown>;
}
