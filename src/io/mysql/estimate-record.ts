/** Estimates of a model's final windows beside the figures that labels gave: both are kept with each window's evaluation. */
import { estimateCatalogue } from '../../estimation/catalogue.js';
import { trackRecord, type EstimateAndOutcome, type TrackRecord } from '../../estimation/track-record.js';
import type { Figure } from '../../model/figure.js';
import type { Window } from '../../model/window.js';
import { currentEvaluations, newestWindowEnd } from './evaluations.js';
import { loadFiguresOf } from './figures.js';
import type { Queryable } from './rows.js';

export interface ComparedWindow extends EstimateAndOutcome {
  readonly window: Window;
}

export interface EstimateRecord extends TrackRecord {
  readonly metric: string;
  /** Oldest first. */
  readonly compared: readonly ComparedWindow[];
}

const METRICS = estimateCatalogue.map(({ name }) => name.replace(/^estimated_/, ''));

/** A figure of the whole window that is a number, and not by convention. */
function numberOf(figures: readonly Figure[], id: string): (Figure & { readonly value: number }) | null {
  const figure = figures.find((one) => one.id === id);
  if (figure === undefined || typeof figure.value !== 'number' || figure.degenerate === true) return null;
  return figure as Figure & { readonly value: number };
}

function compare(figures: readonly Figure[], metric: string, window: Window): ComparedWindow | null {
  const estimate = numberOf(figures, `estimate/current/${metric}`);
  const outcome = numberOf(figures, `performance/current/${metric}`);
  if (estimate === null || outcome === null) return null;
  const interval = 'interval' in estimate ? (estimate.interval ?? null) : null;
  return { window, estimated: estimate.value, interval, realised: outcome.value };
}

/** For each metric that has both in one of the newest `most` final windows, in the order of the catalogue. */
export async function estimateRecords(db: Queryable, model: string, most: number): Promise<readonly EstimateRecord[]> {
  const until = await newestWindowEnd(db, model);
  if (until === null) return [];
  const all = await currentEvaluations(db, model, Date.parse('1000-01-01T00:00:00Z'), until);
  const heads = all.filter(({ state }) => state === 'final').slice(-most);
  const wanted = METRICS.flatMap((metric) => [metric, `estimated_${metric}`]);
  const found = await loadFiguresOf(
    db,
    heads.map(({ id }) => id),
    wanted,
  );
  return METRICS.flatMap((metric) => {
    const compared = heads.flatMap(({ id, window }) => compare(found.get(id) ?? [], metric, window) ?? []);
    const record = trackRecord(compared);
    return record === null ? [] : [{ metric, ...record, compared }];
  });
}
