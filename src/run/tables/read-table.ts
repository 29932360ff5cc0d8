/** A table on its way into measuring: its rows, and what is measured of its features where it is read. */
import { readTableFile } from '../../io/table-file.js';
import { type MeasuredFeatures, measureFeatures, measureFeaturesUsingUp } from '../../measure/measure-features.js';
import type { Column, Frame, Roles } from '../../model/frame.js';
import type { MetricSelection } from '../../model/metric-description.js';

/** Plain data, so that another thread can be asked. */
export interface TableRequest {
  readonly path: string;
  readonly roles: Roles;
  readonly on: 'reference' | 'current';
  readonly metrics: MetricSelection;
  /** End of the window, milliseconds since the epoch. */
  readonly windowEnd?: number;
  /** Whether the rows of features stay: most figures need less of them, and they are most of the memory. */
  readonly keepFeatures: boolean;
}

export interface MeasurableTable {
  readonly frame: Frame;
  readonly features: MeasuredFeatures;
}

/** Lets go of the rows of a table that nobody measures again, so that the other one has their memory. */
export function releaseRows({ frame }: MeasurableTable): void {
  (frame.columns as Map<string, Column>).clear();
}

export async function readTable(request: TableRequest): Promise<MeasurableTable> {
  const { path, roles, on, metrics, windowEnd, keepFeatures } = request;
  const frame = await readTableFile(path, roles);
  const options = { metrics, ...(windowEnd !== undefined && { windowEnd }) };
  if (keepFeatures) return { frame, features: measureFeatures(frame, roles, on, options) };
  const { features, rest } = measureFeaturesUsingUp(frame, roles, on, options);
  return { frame: rest, features };
}
