/** Exactly the registered workflows, by name. */
export { monitoringCycle } from './monitoring-cycle.js';
export { incident } from './incident.js';
export { retraining } from './retraining.js';
export { rollback } from './rollback.js';
export { watchdog } from './watchdog.js';
