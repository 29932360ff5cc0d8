/** Where an execution stays when the code changes. Said only to versioned workers: the server refuses it from others. */
import type { WorkflowDefinitionOptions } from '@temporalio/common';
import { workflowInfo } from '@temporalio/workflow';

type Behavior = 'PINNED' | 'AUTO_UPGRADE';

const stays = (behavior: Behavior) => (): WorkflowDefinitionOptions => {
  // Unversioned workers report none, or one without a name.
  const deployment = workflowInfo().currentDeploymentVersion?.deploymentName ?? '';
  return deployment === '' ? {} : { versioningBehavior: behavior };
};

/** Short: an execution ends on the code it began with. */
export const pinned = stays('PINNED');

/** Awaits people, perhaps across deployments: goes on with the newest code, changes go behind patched(). */
export const upgrading = stays('AUTO_UPGRADE');
