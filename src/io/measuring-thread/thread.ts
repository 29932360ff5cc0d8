/** The thread's side of `measure-in-thread.ts`: measures one window. What goes wrong is told by the thread's end. */
import { parentPort, workerData } from 'node:worker_threads';
import { measureWindow } from '../../measure/measure.js';
import type { WindowToMeasure } from './measure-in-thread.js';

parentPort?.postMessage(measureWindow(...(workerData as WindowToMeasure)));
