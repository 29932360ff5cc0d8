/** Run-time formulas of single numbers, for those who have only aggregates. */

/**
 * Requests per second: `requests / seconds`, at least 0. `undefined` where the time is not positive.
 */
export function throughput(requests: number, seconds: number): number | undefined {
  return seconds > 0 ? requests / seconds : undefined;
}

/**
 * Share of the total time that was not spent processing: `(total - processing) / total`, in the same unit, in [0, 1] for
 * 0 <= processing <= total. Some texts call this figure latency; it is a share and not a duration, so it has a name of
 * its own beside the latency quantiles. `undefined` where the total is not positive.
 */
export function waitingShare(total: number, processing: number): number | undefined {
  return total > 0 ? (total - processing) / total : undefined;
}

/**
 * Growth of the peak resident memory over a call, in bytes, from two readings in kibibytes (Linux, and Node's
 * `resourceUsage().maxRSS` on every system; macOS's own call counts in bytes). A peak never falls, so at least 0: a call that stays
 * under an earlier peak shows 0.
 */
export function peakMemoryGrowth(beforeKibibytes: number, afterKibibytes: number): number {
  return Math.max(0, afterKibibytes - beforeKibibytes) * 1024;
}
