/** What a simulation is given, and what it gives back: numbers with their goals, as benchmarks do. */
import type { BenchmarkContext } from '../benchmark.js';
import type { Entry } from '../entry.js';

export interface SimulationContext extends Pick<BenchmarkContext, 'say'> {
  /** A tenth of the repetitions. */
  readonly quick: boolean;
}

export interface Simulation {
  readonly name: string;
  readonly about: string;
  run(context: SimulationContext): Promise<readonly Entry[]>;
}
