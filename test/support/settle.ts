/** Waits until everything that a slot or a word has set off has come to rest, or waits for a person. */
import { settle as settleModel } from '../../examples/demo/settle.js';
import type { Stage } from './stage.js';
import type { WatchedModel } from './watched-model.js';

export async function settle(stage: Stage, model: Pick<WatchedModel, 'id'>): Promise<void> {
  await settleModel(stage.client, stage.database, model.id);
}
