/** Judges a version that served beside another one in the same window. */
import { judgeableNumber, type Figure } from '../model/figure.js';
import { segmentOf } from '../model/segment.js';
import type { Verdict } from '../model/verdict.js';
import { evaluateRules, type RulesInput } from './evaluate.js';

/** Figures of what came in, whichever version answered: judged once, with the version that served last. */
const OF_INTAKE = new Set(['volume', 'volume_ratio', 'duplicate_id_share', 'poison_share', 'orphan_share']);

export interface OtherVersion {
  readonly version: string;
  /** All figures of the window; those that bear the version's name are its own. */
  readonly figures: readonly Figure[];
  readonly referenceFigures: readonly Figure[];
  /** Null where the version has no reference yet. */
  readonly referenceRows: number | null;
  /** Whether the labels of the window are final. */
  readonly final: boolean;
  /** Share of the window's rows that have their label: for versions whose own share is left out with `performance`. */
  readonly coverage: number;
}

function ownFigures({ figures, version }: OtherVersion): Figure[] {
  return figures.flatMap((figure) => {
    const { version: own, ...rest } = figure;
    return own === version ? [rest] : [];
  });
}

function numberIn(figures: readonly Figure[], metric: string): number | undefined {
  const figure = figures.find((one) => one.metric === metric && one.on === 'current' && one.column === undefined);
  return figure && (judgeableNumber(figure) ?? 0);
}

/**
 * Verdicts of the version by the rules of the definition but those on what came in, against the version's own reference.
 * They name the version, and ask for no action: what serves is changed for the sake of the version that serves.
 */
export function judgeVersion(definition: RulesInput['definition'], other: OtherVersion): Verdict[] {
  const figures = ownFigures(other);
  const coverage = numberIn(figures, 'label_coverage') ?? other.coverage;
  const rules = definition.rules.filter(({ metric }) => !OF_INTAKE.has(metric));
  const verdicts = evaluateRules({
    definition: { ...definition, rules },
    figures,
    referenceFigures: other.referenceFigures,
    rows: numberIn(figures, 'volume') ?? 0,
    referenceRows: other.referenceRows,
    labels: { present: coverage > 0, coverage, final: other.final },
  });
  const { version } = other;
  return verdicts.map((verdict) => ({
    ...verdict,
    version,
    segment: segmentOf(verdict.segment, version),
    action: 'none',
  }));
}

/** Part of a window at its end in which a version must have answered to count as still serving. */
const LAST_PART = 0.1;

/**
 * Whether the version still served when the window ended: its newest row is not older than that of the version that
 * served last by more than a tenth of the window. One that was replaced is judged, but alarms nobody.
 */
export function stillServes(figures: readonly Figure[], version: string, windowMs: number): boolean {
  const ageOf = (wanted: string | undefined): number | undefined => {
    const figure = figures.find((one) => one.metric === 'freshness' && one.version === wanted);
    return figure && judgeableNumber(figure);
  };
  const [own, last] = [ageOf(version), ageOf(undefined)];
  if (own === undefined || last === undefined) return false;
  return (own - last) * 1000 <= LAST_PART * windowMs;
}
