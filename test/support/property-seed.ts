/**
 * One seed for all properties, so that a run can be repeated and a fault found by chance does not stop someone else's
 * change. `PROPERTY_SEED=<number>` looks elsewhere; do that with many seeds when a property is written or changed.
 */

import fc from 'fast-check';

const DEFAULT_SEED = 20_261_122;

const given = process.env['PROPERTY_SEED'];
const seed = given === undefined ? DEFAULT_SEED : Number(given);
if (!Number.isInteger(seed)) throw new Error(`PROPERTY_SEED is "${String(given)}"; it has to be a whole number.`);
fc.configureGlobal({ seed });
