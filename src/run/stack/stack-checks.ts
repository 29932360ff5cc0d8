// The checks of `plumbline doctor` that concern the machine and its servers, in the order in which they make sense.
import { checkMachine, checkStackRuns, checkTools } from './checks.js';
import type { Check } from './checks.js';
import { checkMysql } from './mysql-checks.js';
import { checkTemporal } from './temporal-checks.js';

export const stackChecks: readonly Check[] = [checkMachine, checkTools, checkStackRuns, checkTemporal, checkMysql];
