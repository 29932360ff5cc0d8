/** Adds the profiles of hours up to a window, version by version. */
import { createHash } from 'node:crypto';
import type { HourPart } from '../../src/io/mysql/hour-profiles.js';
import { mergeHours, type HourProfile } from '../../src/profile/hourly/hour-profile.js';
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
  private readonly sums = new Map<string | null, HourProfile[]>();
  private readonly hash = createHash('sha256');
  private rows = 0;
  private labelled = 0;

  /** Sums of sums round otherwise than one sum: the same parts must come together each time. */
  add(parts: readonly Part[]): void {
    const byVersion = new Map<string | null, HourProfile[]>();
    for (const { version, reference, rows, labelled, digest, profile } of parts) {
      this.hash.update(JSON.stringify([version, reference, digest]));
      this.rows += rows;
      this.labelled += labelled;
      const own = byVersion.get(version);
      if (own === undefined) byVersion.set(version, [profile]);
      else own.push(profile);
    }
    for (const [version, profiles] of byVersion) {
      this.sums.set(version, [...(this.sums.get(version) ?? []), mergeHours(profiles)]);
    }
  }

  async window(referenceOf: (version: string | null) => Promise<HourlyReference>): Promise<HourlyWindow> {
    const versions: HourlyVersion[] = [];
    for (const [version, sums] of this.sums) {
      versions.push({ version, reference: await referenceOf(version), profile: mergeHours(sums) });
    }
    const newest = ({ profile }: HourlyVersion): number => profile.flow.times?.newest ?? -Infinity;
    versions.sort((a, b) => newest(b) - newest(a));
    return { rows: this.rows, labelled: this.labelled, versions, digest: this.hash.digest('hex') };
  }
}
