/**
 * The parts of a definition file, each checked by itself: a fault in one part must not hide the faults of the others.
 * What is faulty is left out, so that checks across parts see only what is sound.
 */
import { retrainSchema, rollbackSchema, type RetrainInput, type RollbackInput } from './definition-schema-actions.js';
import { ruleChangeSchema, ruleSchema, type RuleChange, type RuleInput } from './definition-schema-rules.js';
import { definitionSchema, type DefinitionInput } from './definition-schema.js';
import type { Path } from './definition-yaml.js';
import type { z } from 'zod';

/** A part with its place in the file. */
export interface Placed<T> {
  readonly path: Path;
  readonly value: T;
}

/** Top-level parts other than rules and actions, which are split further. */
export type Sound = Partial<Omit<DefinitionInput, 'rules' | 'actions'>>;

export interface Sections {
  readonly sound: Sound;
  readonly retrain: RetrainInput | undefined;
  readonly rollback: RollbackInput | undefined;
  readonly addedRules: readonly Placed<RuleInput>[];
  readonly changedRules: readonly Placed<{ readonly id: string; readonly change: RuleChange | 'off' }>[];
  readonly useDefaultRules: boolean;
  /** Whether something stands at this path, sound or not. */
  readonly written: (path: Path) => boolean;
  /** True if the part is sound, or not written and so has its default. */
  readonly settled: (...keys: readonly (keyof Sound)[]) => boolean;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function at(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}

/** A copy without the unknown keys that the schema complained of; they are reported, and hide nothing else. */
function withoutUnknownKeys(value: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const copy = structuredClone(value);
  const strip = (list: readonly z.core.$ZodIssue[], prefix: Path): void => {
    for (const issue of list) {
      const path = [...prefix, ...(issue.path as Path)];
      if (issue.code === 'invalid_union') for (const option of issue.errors) strip(option, path);
      if (issue.code !== 'unrecognized_keys') continue;
      const target = at(copy, path);
      if (isRecord(target)) for (const key of issue.keys) Reflect.deleteProperty(target, key);
    }
  };
  strip(issues, []);
  return copy;
}

function soundPart<T>(schema: z.ZodType<T>, value: unknown): T | undefined {
  const first = schema.safeParse(value);
  if (first.success) return first.data;
  const second = schema.safeParse(withoutUnknownKeys(value, first.error.issues));
  return second.success ? second.data : undefined;
}

export function sectionsOf(value: unknown): Sections {
  const file = isRecord(value) ? value : {};
  const { rules: _rules, actions: _actions, ...shape } = definitionSchema.shape;
  const sound: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(shape)) {
    const part = Object.hasOwn(file, key) ? soundPart(schema as z.ZodType, file[key]) : undefined;
    if (part !== undefined) sound[key] = part;
  }
  const added = at(file, ['rules', 'add']);
  const changed = at(file, ['rules', 'change']);
  const optional = <T>(schema: z.ZodType<T>, path: Path): T | undefined => {
    const part = at(file, path);
    return part === undefined ? undefined : soundPart(schema, part);
  };
  return {
    sound,
    retrain: optional(retrainSchema, ['actions', 'retrain']),
    rollback: optional(rollbackSchema, ['actions', 'rollback']),
    addedRules: (Array.isArray(added) ? (added as unknown[]) : []).flatMap((item, index) => {
      const rule = soundPart(ruleSchema, item);
      return rule === undefined ? [] : [{ path: ['rules', 'add', index], value: rule }];
    }),
    changedRules: Object.entries(isRecord(changed) ? changed : {}).flatMap(([id, item]) => {
      const change = soundPart(ruleChangeSchema, item);
      return change === undefined ? [] : [{ path: ['rules', 'change', id], value: { id, change } }];
    }),
    useDefaultRules: at(file, ['rules', 'defaults']) !== false,
    written: (path) => at(file, path) !== undefined,
    settled: (...keys) => keys.every((key) => sound[key] !== undefined || !Object.hasOwn(file, key)),
  };
}
