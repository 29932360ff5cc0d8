/** The data path: from rows of a table that others own to figures, beside what an engineer or a library would do with it. */
import type { Benchmark } from './benchmark.js';
import { type DataPart, withDataStage } from './data/data-stage.js';
import { durableFleet } from './data/durable-fleet.js';
import { fleetFigures } from './data/fleet-figures.js';
import { ingest } from './data/ingest.js';
import { mergedHours } from './data/merge.js';
import { movedBesideEvidently, movedWindow } from './data/moved-window.js';
import { oneCycle } from './data/one-cycle.js';
import { profiledWindows } from './data/profiled-windows.js';
import { wideTable } from './data/wide-table.js';
import type { Entry } from './entry.js';

const PARTS: readonly DataPart[] = [
  oneCycle,
  fleetFigures,
  durableFleet,
  movedWindow,
  profiledWindows,
  mergedHours,
  wideTable,
  ingest,
];

export const dataBenchmark: Benchmark = {
  name: 'data',
  about: `from a table to figures, beside a script with NumPy; parts: ${PARTS.map(({ name }) => name).join(', ')}`,
  async run(context) {
    const { parts } = context.asked;
    const unknown = parts?.find((name) => !PARTS.some((part) => part.name === name));
    if (unknown !== undefined) throw new Error(`there is no part "${unknown}"`);
    return withDataStage(context, async (stage) => {
      const entries: Entry[] = [];
      for (const part of PARTS) {
        if (parts === null || parts.includes(part.name)) entries.push(...(await part.run(stage)));
      }
      return [...entries, ...movedBesideEvidently(entries, stage.rows)];
    });
  },
};
