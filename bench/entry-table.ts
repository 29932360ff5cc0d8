/** Entries as a table for people. */
import { table } from '../src/run/output.js';
import type { Entry } from './entry.js';
import type { Machine } from './machine.js';

export function entryTable(entries: readonly Entry[], machine: Machine): string {
  const rows = entries.map(({ name, value, unit, runs, ratio, ratio_to: to, goal, met, note = '' }) => [
    name,
    value ?? '',
    unit,
    runs === null ? '' : `${String(runs.min)} to ${String(runs.max)}`,
    ratio === null ? note : `${String(ratio)} of ${to ?? ''}`,
    goal ?? '',
    met === null ? '' : met ? 'met' : 'NOT MET',
  ]);
  const { cpu, cores, memoryGb, system, node, loadBefore } = machine;
  const where = `${cpu}, ${String(cores)} cores, ${String(memoryGb)} GB, ${system}, Node ${node}, load before ${String(loadBefore)}`;
  return `${table(['number', 'median', 'unit', 'runs', 'ratio', 'goal', ''], rows)}\n\n${where}`;
}
