/** A table on its way into measuring: its rows, and the profile of its columns, which is taken where it is read. */
import { readCsvFile } from '../../io/csv/read-csv-file.js';
import type { Column, Frame, Roles } from '../../model/frame.js';
import { profileFrame, profileUsingUp, type WindowProfile } from '../../profile/reference-profile.js';

/** Plain data, so that another thread can be asked. */
export interface TableRequest {
  readonly path: string;
  readonly roles: Roles;
  /** Whether the rows of features stay: most figures need their profile only, and rows are most of the memory. */
  readonly keepFeatures: boolean;
}

export interface MeasurableTable {
  readonly frame: Frame;
  readonly profile: WindowProfile;
}

/** Features that play no other part. */
function mereFeatures({ numeric, categorical, ...others }: Roles): ReadonlySet<string> {
  const named = new Set<unknown>(Object.values(others).flat(2));
  return new Set([...numeric, ...categorical].filter((name) => !named.has(name)));
}

/** Lets go of the rows of a table that nobody measures again, so that the other one has their memory. */
export function releaseRows({ frame }: MeasurableTable): void {
  (frame.columns as Map<string, Column>).clear();
}

export async function readTable({ path, roles, keepFeatures }: TableRequest): Promise<MeasurableTable> {
  const frame = await readCsvFile(path, roles);
  if (keepFeatures) return { frame, profile: profileFrame(frame, roles) };
  return profileUsingUp(frame, roles, mereFeatures(roles));
}
