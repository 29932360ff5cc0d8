/** Which figures a rule looks at. Figures are matched by their fields; ids are never taken apart. */
import type { ModelDefinition, Rule } from '../model/definition.js';
import { judgeableNumber, type Figure } from '../model/figure.js';
import { figuresOfMetric } from '../model/figures-by-metric.js';
import { ROLE_COLUMNS, scoreColumn } from '../model/roles.js';
import { familyOf } from './metric-family.js';

export interface Subject {
  /** Feature, group, or `''` for the model as a whole. */
  readonly name: string;
  readonly figure: Figure | undefined;
  readonly reference: Figure | undefined;
  /** Figure of the rule's significance metric, of the same subject. */
  readonly p: Figure | undefined;
}

/** The subjects of one verdict. */
export interface SubjectGroup {
  readonly segment: string;
  readonly subjects: readonly Subject[];
}

export interface FigureSet {
  readonly current: readonly Figure[];
  readonly reference: readonly Figure[];
}

type Definition = Pick<ModelDefinition, 'features' | 'sensitive' | 'source'>;

/** How a crossing of attributes is called: `sex x race`. */
const attributeName = (columns: readonly string[]): string => columns.join(' x ');

/** The attributes that a `groups` rule has a verdict for, whether or not there are figures. */
export function attributesOf(
  rule: Rule,
  definition: Pick<Definition, 'sensitive'>,
  figures: readonly Figure[],
): string[] {
  const names = new Set(definition.sensitive.map(attributeName));
  for (const { attribute, metric } of figures) {
    if (attribute !== undefined && metric === rule.metric) names.add(attribute);
  }
  return [...names].filter((name) => rule.only === undefined || rule.only.includes(name));
}

/** One group of subjects per verdict: one in all, or one per attribute for `groups`. */
export function subjectsOf(rule: Rule, definition: Definition, all: FigureSet): readonly SubjectGroup[] {
  const figures: FigureSet = {
    current: [rule.metric, ...(rule.significance === undefined ? [] : [rule.significance.metric])].flatMap((metric) =>
      figuresOfMetric(all.current, metric),
    ),
    reference: figuresOfMetric(all.reference, rule.metric),
  };
  if (rule.scope === 'groups') {
    const attributes = attributesOf(rule, definition, figures.current);
    if (attributes.length === 0) return [{ segment: '', subjects: [] }];
    return attributes.map((attribute) => ({ segment: attribute, subjects: groupSubjects(rule, attribute, figures) }));
  }
  if (rule.scope === 'segments') return [{ segment: '', subjects: segmentSubjects(rule, all) }];
  if (rule.scope === 'model') return [{ segment: '', subjects: [modelSubject(rule, figures)] }];
  const columns = rule.scope === 'features' ? featureColumns(rule, definition) : predictionColumns(definition);
  return [{ segment: '', subjects: columnSubjects(rule, columns, figures) }];
}

const ofWholeWindow = (figure: Figure): boolean => figure.on !== 'reference' && figure.version === undefined;

/** Of no column, class, group, segment or version in particular. */
export function isOfWholeModel(figure: Figure): boolean {
  return (
    figure.column === undefined &&
    figure.pair === undefined &&
    figure.class === undefined &&
    figure.attribute === undefined &&
    figure.group === undefined &&
    figure.segment === undefined &&
    figure.version === undefined
  );
}

/** Weak segments that one alert names. */
const NAMED_SEGMENTS = 3;

/**
 * The worst of the segments that are weaker than the rest, else the one that came closest, against the weakest one of
 * the reference: a slice that was always harder than the rest is no news.
 */
function segmentSubjects(rule: Rule, { current, reference }: FigureSet): Subject[] {
  const weakest = `weakest_${rule.metric}`;
  const before = figuresOfMetric(reference, weakest).find(isOfWholeModel);
  const subject = (name: string, figure: Figure | undefined): Subject => ({
    name,
    figure,
    reference: before,
    p: undefined,
  });
  const weak = figuresOfMetric(current, rule.metric).filter(
    (figure) => figure.segment !== undefined && ofWholeWindow(figure),
  );
  const size = (figure: Figure): number => judgeableNumber(figure) ?? -Infinity;
  if (weak.length > 0) {
    const worst = weak.sort((a, b) => size(b) - size(a)).slice(0, NAMED_SEGMENTS);
    return worst.map((figure) => subject(figure.segment ?? '', figure));
  }
  return [
    subject(
      '',
      figuresOfMetric(current, weakest).find((figure) => ofWholeWindow(figure) && isOfWholeModel(figure)),
    ),
  ];
}

function modelSubject(rule: Rule, figures: FigureSet): Subject {
  const family = familyOf(rule);
  const candidates = figures.current.filter(
    (figure) => figure.metric === rule.metric && ofWholeWindow(figure) && isOfWholeModel(figure),
  );
  const figure = candidates.find((candidate) => candidate.family === family) ?? candidates[0];
  return {
    name: '',
    figure,
    reference: referenceOf(figure, figures),
    p: figures.current.find(
      (other) => other.metric === rule.significance?.metric && ofWholeWindow(other) && isOfWholeModel(other),
    ),
  };
}

/** Features in the definition's order; with `only`, those that were asked for, measured or not. */
function featureColumns(rule: Rule, { features }: Definition): ReadonlyMap<string, string> {
  const names = [...features.numeric, ...features.categorical];
  return new Map((rule.only ?? names).map((name) => [name, name]));
}

/** Prediction and scores: columns that the readers name by role, so that no feature can bear their names. */
function predictionColumns({ source }: Definition): ReadonlyMap<string, string> {
  const classes = Object.keys(source.columns.scores ?? {});
  return new Map([
    [ROLE_COLUMNS.prediction, 'prediction'],
    [ROLE_COLUMNS.score, 'score'],
    ...classes.map((name) => [scoreColumn(name), `score of ${name}`] as const),
  ]);
}

function columnSubjects(rule: Rule, columns: ReadonlyMap<string, string>, figures: FigureSet): Subject[] {
  const found = new Map<string, Figure>();
  const companions = new Map<string, Figure>();
  for (const figure of figures.current) {
    if (figure.column === undefined || figure.group !== undefined || !ofWholeWindow(figure)) continue;
    if (!columns.has(figure.column)) continue;
    if (figure.metric === rule.metric) found.set(figure.column, figure);
    if (figure.metric === rule.significance?.metric) companions.set(figure.column, figure);
  }
  // A feature without the figure is none of this rule's (ranks of a category do not exist), unless it was named.
  return [...columns]
    .filter(([column]) => found.has(column) || (rule.scope === 'features' && rule.only !== undefined))
    .map(([column, name]) => {
      const figure = found.get(column);
      return { name, figure, reference: referenceOf(figure, figures), p: companions.get(column) };
    });
}

function groupSubjects(rule: Rule, attribute: string, figures: FigureSet): Subject[] {
  const ofAttribute = figures.current.filter((figure) => figure.attribute === attribute && ofWholeWindow(figure));
  const ofMetric = ofAttribute.filter((figure) => figure.metric === rule.metric);
  const byGroup = ofMetric.filter((figure) => figure.group !== undefined);
  // Figures such as the demographic parity ratio belong to the attribute as a whole.
  return (byGroup.length > 0 ? byGroup : ofMetric).map((figure) => ({
    name: figure.group ?? '',
    figure,
    reference: referenceOf(figure, figures),
    p: ofAttribute.find((other) => other.metric === rule.significance?.metric && other.group === figure.group),
  }));
}

/** The same measurement, taken on the reference. */
function referenceOf(figure: Figure | undefined, { reference }: FigureSet): Figure | undefined {
  if (figure === undefined) return undefined;
  return reference.find(
    (other) =>
      other.on === 'reference' &&
      other.family === figure.family &&
      other.metric === figure.metric &&
      other.column === figure.column &&
      other.pair?.[0] === figure.pair?.[0] &&
      other.pair?.[1] === figure.pair?.[1] &&
      other.class === figure.class &&
      other.attribute === figure.attribute &&
      other.group === figure.group,
  );
}
