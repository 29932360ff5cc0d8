/** What the adding process answers. */

/** Hours that are added up. */
export const HOURS = { day: 24, month: 720 } as const;
export const SPANS = ['day', 'month'] as const;

export interface Merging {
  /** Of the first time, right after the start of the process. */
  readonly firstMilliseconds: number;
  /** The middle one of the rounds that are counted. */
  readonly milliseconds: number;
  /** All threads of the process. */
  readonly cpuMilliseconds: number;
}

export interface Merged extends Readonly<Record<(typeof SPANS)[number], Merging>> {
  /** Of the profile of an hour, on average. */
  readonly kilobytes: number;
}
