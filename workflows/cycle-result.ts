/** What a cycle completes with; read by people in the UI and by whoever awaits the cycle. */

export interface WindowResult {
  readonly window: string;
  readonly verdict: 'pass' | 'breach' | 'unknown' | 'unchanged';
  readonly reason: string;
}

export interface CycleResult {
  readonly verdict: 'pass' | 'breach' | 'unknown';
  readonly windows: readonly WindowResult[];
}
