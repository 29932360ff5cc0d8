/** The text of a definition file into a `ModelDefinition` with every default filled in, or into the list of all its faults. */
import type { ModelDefinition } from './definition.js';
import { buildDefinition } from './definition-build.js';
import { actionComplaints, notifyComplaints, rulesOf, type DefinitionContext } from './definition-checks-acting.js';
import {
  featureComplaints,
  labelComplaints,
  referenceComplaints,
  retentionComplaints,
  scheduleComplaints,
  sensitiveComplaints,
  sourceComplaints,
  taskComplaints,
} from './definition-checks-data.js';
import { complaintsOf, faultsOf, plainIssues, type Fault } from './definition-faults.js';
import { definitionSchema } from './definition-schema.js';
import { sectionsOf, type Sections } from './definition-sections.js';
import { readYaml, type Complaint, type YamlFile } from './definition-yaml.js';

export type ParsedDefinition =
  | { readonly ok: true; readonly definition: ModelDefinition; readonly warnings: readonly Fault[] }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** What does not fit the shape of the file, part by part. */
function shapeComplaints(yaml: YamlFile): Complaint[] {
  const { value } = yaml;
  if (value === null || value === undefined) {
    return yaml.complaints.length > 0
      ? []
      : [{ path: [], message: 'The file is empty', cure: 'Begin with `model:` and `task:`; see docs/definition.md' }];
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    const message = 'The file must be a mapping of keys and values';
    return [{ path: [], message, cure: 'Begin with `model:` and `task:`; see docs/definition.md' }];
  }
  const result = definitionSchema.safeParse(value);
  if (result.success) return [];
  const reading = { schema: definitionSchema, value, yaml };
  return plainIssues(result.error.issues).flatMap((issue) => complaintsOf(issue, reading));
}

const CHECKS: readonly ((sections: Sections) => Complaint[])[] = [
  taskComplaints,
  sourceComplaints,
  featureComplaints,
  sensitiveComplaints,
  labelComplaints,
  scheduleComplaints,
  referenceComplaints,
  retentionComplaints,
  notifyComplaints,
  actionComplaints,
];

/** What is allowed, and yet probably not meant. */
function warningsOf({ sound, written }: Sections): Complaint[] {
  const warnings: Complaint[] = [];
  if (!written(['notify', 'slack']) && !written(['notify', 'email'])) {
    const message = 'Nobody is told of incidents: `notify` names no channel';
    const cure = 'Add for example `notify: { slack: { channel: "#ml-alerts" } }`';
    warnings.push({ path: ['notify'], on: 'key', message, cure });
  }
  const numeric = sound.features?.numeric ?? [];
  for (const [index, attribute] of (sound.sensitive ?? []).entries()) {
    for (const name of typeof attribute === 'string' ? [attribute] : attribute) {
      if (!numeric.includes(name)) continue;
      const message = `\`${name}\` is a number: each of its values is a group of its own, and it is no longer watched as a number`;
      const cure = 'Group the values in a column of its own (a view will do), and name that column here';
      warnings.push({ path: ['sensitive', index], message, cure });
    }
  }
  return warnings;
}

/**
 * Reads one definition. `file` is the name that faults carry. After a syntax fault, only what stands before it is
 * judged further: the rest may not mean what it says.
 */
export function parseDefinition(text: string, file: string, context: DefinitionContext): ParsedDefinition {
  const yaml = readYaml(text);
  const shape = shapeComplaints(yaml).filter(({ path }) => !yaml.broken || isReliable(yaml, path));
  const sections = sectionsOf(yaml.value);
  const definition = buildDefinition(sections);
  const { rules, complaints: ofRules } = rulesOf(sections, definition, context);
  const across = yaml.broken ? [] : [...CHECKS.flatMap((check) => check(sections)), ...ofRules];
  const complaints = [...yaml.complaints, ...shape, ...across];
  if (complaints.length > 0 || definition === undefined) return { ok: false, faults: faultsOf(complaints, yaml, file) };
  return { ok: true, definition: { ...definition, rules }, warnings: faultsOf(warningsOf(sections), yaml, file) };
}

function isReliable(yaml: YamlFile, path: Complaint['path']): boolean {
  const [first] = path;
  return typeof first === 'string' && yaml.reliable(first);
}
