/** Adds the profiles of hours up to a window, version by version. */
import { createHash } from 'node:crypto';
import type { HourPart } from '../../src/io/mysql/hour-profiles.js';
import { HourAdder, type HourProfile } from '../../src/profile/hourly/hour-profile.js';
import type { HourlyReference } from './reference.js';

/** What one version has in an hour, or in a part of one. */
export interface Part extends HourPart {
  readonly profile: HourProfile;
}

export interface HourlyVersion {
  readonly version: string | null;
  readonly reference: HourlyReference;
  readonly profile: HourProfile;
}

export interface HourlyWindow {
  readonly rows: number;
  readonly labelled: number;
  /** The version that served last comes first. */
  readonly versions: readonly HourlyVersion[];
  /** Of everything that is in the window. */
  readonly digest: string;
}

export class HourSums {
  private readonly adders = new Map<string | null, { readonly adder: HourAdder; newest: number }>();
  private readonly hash = createHash('sha256');
  private rows = 0;
  private labelled = 0;

  /** A sum rounds as its parts follow each other: the same parts must come in the same order each time. Keeps nothing of them. */
  add(parts: readonly Part[]): void {
    for (const { version, reference, rows, labelled, digest, profile } of parts) {
      this.hash.update(JSON.stringify([version, reference, digest]));
      this.rows += rows;
      this.labelled += labelled;
      let sum = this.adders.get(version);
      if (sum === undefined) this.adders.set(version, (sum = { adder: new HourAdder(), newest: -Infinity }));
      sum.adder.add(profile);
      sum.newest = Math.max(sum.newest, profile.flow.times?.newest ?? -Infinity);
    }
  }

  async window(referenceOf: (version: string | null) => Promise<HourlyReference>): Promise<HourlyWindow> {
    const versions: HourlyVersion[] = [];
    const lastFirst = [...this.adders].sort(([, a], [, b]) => b.newest - a.newest);
    for (const [version, { adder }] of lastFirst) {
      versions.push({ version, reference: await referenceOf(version), profile: adder.sum() });
    }
    return { rows: this.rows, labelled: this.labelled, versions, digest: this.hash.digest('hex') };
  }
}
