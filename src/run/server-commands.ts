/** The commands that work with the database or Temporal; they load both. */
import { addActingCommands } from './commands/acting.js';
import { addApplyCommand } from './commands/apply.js';
import { addDecideCommands } from './commands/decide.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addIngestCommand } from './commands/ingest.js';
import { addInitCommand } from './commands/init.js';
import { addMetricsCommand } from './commands/metrics.js';
import { addNotifyCommands } from './commands/notify.js';
import { addPeopleCommands } from './commands/people.js';
import { addReplayCommand } from './commands/replay.js';
import { addRetainCommand } from './commands/retain.js';
import { addRhythmCommands } from './commands/rhythm.js';
import { addRunCommands } from './commands/run.js';
import { addServeCommand } from './commands/serve.js';
import { addShowCommand } from './commands/show.js';
import { addStackCommands } from './commands/stack.js';
import { addStandingCommands } from './commands/standing.js';
import { addUnusualCommand } from './commands/unusual.js';
import { addVersionCommands } from './commands/versions.js';
import { addWhyCommand } from './commands/why.js';
import { addWorkerCommand } from './commands/worker.js';
import type { AddCommands } from './command-set.js';

export const SERVER_COMMANDS: readonly AddCommands[] = [
  ...[addStackCommands, addDoctorCommand, addApplyCommand, addRhythmCommands, addRunCommands],
  ...[addStandingCommands, addShowCommand, addUnusualCommand, addWhyCommand, addDecideCommands, addPeopleCommands],
  ...[
    addActingCommands,
    addVersionCommands,
    addNotifyCommands,
    addInitCommand,
    addIngestCommand,
    addRetainCommand,
    addServeCommand,
    addWorkerCommand,
  ],
  ...[addReplayCommand, addMetricsCommand],
];
