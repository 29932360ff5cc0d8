/** `npm run simulate -- [NAME…] [--json] [--quick]`: how rules and estimates behave on seeded data whose truth is known. */
import { runCommand } from './command.js';
import { alarmsSimulation } from './simulation/alarms.js';
import { cbpeSimulation } from './simulation/cbpe.js';
import type { Simulation } from './simulation/simulation.js';

const simulations: readonly Simulation[] = [alarmsSimulation, cbpeSimulation];

process.exit(
  await runCommand({
    script: 'simulate',
    noun: 'simulation',
    items: simulations,
    flags: { quick: { type: 'boolean', about: 'a tenth of the repetitions: a look, not a result' } },
    run: (simulation, { quick }, say) => simulation.run({ say, quick: quick === true }),
  }),
);
