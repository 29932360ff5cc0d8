/** Definition files as `apply` and `doctor` read them: every fault of every file, with its line. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { canonicalJson } from '../../model/canonical-json.js';
import type { ModelDefinition } from '../../model/definition.js';
import { pathText, type Fault } from '../../model/definition-faults.js';
import { readYaml } from '../../model/definition-yaml.js';
import { parseDefinition } from '../../model/parse-definition.js';
import { defaultRules } from '../../rules/default-rules.js';
import { familyOf } from '../../rules/metric-family.js';
import { checkSource } from '../../io/mysql/source-check.js';
import type { SourceFinding } from '../../io/mysql/source-finding.js';
import type { Sources } from '../../io/mysql/sources.js';
import { explainSourceFault, SourceFault } from '../../io/mysql/source-faults.js';
import { SecretError } from '../../io/secrets.js';
import { wrongUse } from '../command-faults.js';
import { ruleMetricNames } from '../metric-list.js';

export interface DefinitionFile {
  readonly file: string;
  readonly text: string;
  readonly definition: ModelDefinition;
  readonly hash: string;
  readonly canonical: string;
}

export interface ReadFiles {
  readonly files: readonly DefinitionFile[];
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file',
      EACCES: 'this user may not read it',
      EISDIR: 'that is a folder',
    };
    throw wrongUse(`${file}: ${reasons[code] ?? `it cannot be read (${code})`}`, 'name the YAML file of a definition');
  }
}

function hashOf(canonical: string): string {
  return createHash('sha256').update(canonical).digest('hex');
}

function asFile(file: string, text: string, definition: ModelDefinition): DefinitionFile {
  const canonical = canonicalJson(definition);
  return { file, text, definition, canonical, hash: hashOf(canonical) };
}

function doubled(files: readonly DefinitionFile[]): Fault[] {
  return files.flatMap((one, at) => {
    const first = files.findIndex(({ definition }) => definition.model === one.definition.model);
    if (first === at) return [];
    const place = readYaml(one.text).locate(['model'], 'value');
    const message = `\`${one.definition.model}\` is defined in ${files[first]?.file ?? 'another file'} as well`;
    return [{ file: one.file, ...place, path: 'model', message, cure: 'Apply one of the two' }];
  });
}

/** Reads all files before anything is said about one of them. */
export function readDefinitionFiles(paths: readonly string[]): ReadFiles {
  const files: DefinitionFile[] = [];
  const faults: Fault[] = [];
  const warnings: Fault[] = [];
  for (const { path, text } of paths.map((path) => ({ path, text: readText(path) }))) {
    const parsed = parseDefinition(text, path, { defaultRules, familyOf, metrics: ruleMetricNames() });
    if (parsed.ok) {
      files.push(asFile(path, text, parsed.definition));
      warnings.push(...parsed.warnings);
    } else faults.push(...parsed.faults);
  }
  return { files, faults: [...faults, ...doubled(files)], warnings };
}

function placed(file: DefinitionFile, finding: SourceFinding): Fault {
  const place = readYaml(file.text).locate(finding.path, 'value');
  return { file: file.file, ...place, path: pathText(finding.path), message: finding.message, cure: finding.cure };
}

/** What keeps the source from being looked at: its address is not known, or refused. */
function addressFinding(error: unknown, definition: ModelDefinition): SourceFinding | null {
  const path = ['source', 'connection'];
  if (error instanceof SecretError) {
    return { level: 'fault', path, message: error.message, cure: 'Set it where plumbline and its workers run' };
  }
  const explained = explainSourceFault(error, definition);
  if (!(explained instanceof SourceFault) || explained.retryable) return null;
  return { level: 'fault', path, message: explained.message, cure: 'Correct the address, the account or its rights' };
}

/** Findings about one definition's source; throws when the server cannot be reached. */
export async function sourceFindings(sources: Sources, definition: ModelDefinition): Promise<readonly SourceFinding[]> {
  try {
    return await checkSource(sources.poolOf(definition), definition);
  } catch (error) {
    const finding = addressFinding(error, definition);
    if (finding !== null) return [finding];
    throw explainSourceFault(error, definition);
  }
}

/** Holds every file against its tables. */
export async function checkFiles(
  sources: Sources,
  files: readonly DefinitionFile[],
): Promise<{ readonly faults: readonly Fault[]; readonly warnings: readonly Fault[] }> {
  const faults: Fault[] = [];
  const warnings: Fault[] = [];
  for (const file of files) {
    for (const finding of await sourceFindings(sources, file.definition)) {
      (finding.level === 'fault' ? faults : warnings).push(placed(file, finding));
    }
  }
  return { faults, warnings };
}

/** `models/bank.yaml:12:9 source.columns.score: …. Did you mean …?` */
export function faultLine({ file, line, column, path, message, cure }: Fault): string {
  const where = `${file}:${String(line)}:${String(column)}${path === '' ? '' : ` ${path}`}`;
  return `${where}: ${/[.?!]$/.test(message) ? message : `${message}.`} ${/[.?!]$/.test(cure) ? cure : `${cure}.`}`;
}
