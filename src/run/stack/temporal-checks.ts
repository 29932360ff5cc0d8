// The checks of a Temporal service: reachable, namespace there, search attributes registered.
import { Connection } from '@temporalio/client';
import type { TemporalAddress } from './address.js';
import { temporalConnection } from './address.js';
import type { CheckContext, CheckResult } from './checks.js';
import { reasonOf } from './checks.js';
import { searchAttributes } from './search-attributes.js';

// temporal.api.enums.v1.IndexedValueType: INDEXED_VALUE_TYPE_KEYWORD.
const keyword = 2;

async function checkNamespace(connection: Connection, namespace: string): Promise<CheckResult> {
  const name = 'temporal namespace';
  try {
    await connection.withDeadline(Date.now() + 5000, () => connection.workflowService.describeNamespace({ namespace }));
    return { name, ok: true, detail: namespace };
  } catch (fault) {
    const cure = `create it: temporal operator namespace create --namespace ${namespace}; or set TEMPORAL_NAMESPACE`;
    return { name, ok: false, detail: `${namespace}: ${reasonOf(fault)}`, cure };
  }
}

/** Which of Plumbline's search attributes the namespace lacks, or has with another type. */
export function attributeFaults(found: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(searchAttributes).flatMap((name) => {
    if (found[name] === undefined || found[name] === null) return [`${name} is missing`];
    return found[name] === keyword ? [] : [`${name} has another type than Keyword`];
  });
}

async function checkSearchAttributes(connection: Connection, namespace: string): Promise<CheckResult> {
  const name = 'temporal search attributes';
  const { customAttributes } = await connection.withDeadline(Date.now() + 5000, () =>
    connection.operatorService.listSearchAttributes({ namespace }),
  );
  const faults = attributeFaults(customAttributes);
  if (faults.length === 0) return { name, ok: true, detail: Object.keys(searchAttributes).join(', ') };
  const options = Object.entries(searchAttributes).map(([key, type]) => `--name ${key} --type ${type}`);
  const cure = `register them: temporal operator search-attribute create --namespace ${namespace} ${options.join(' ')}`;
  return { name, ok: false, detail: faults.join(', '), cure };
}

/** Temporal as the stack or the environment names it. */
export async function checkTemporal({ servers, env }: CheckContext): Promise<readonly CheckResult[]> {
  const stack = servers.temporal;
  if (stack === null) return [];
  const name = 'temporal';
  let connection: Connection;
  try {
    connection = await Connection.connect({ ...(await temporalConnection(stack, env)), connectTimeout: 3000 });
  } catch (fault) {
    const cure = 'start it (plumbline up), or correct TEMPORAL_ADDRESS and the other TEMPORAL_ variables';
    return [{ name, ok: false, detail: `${stack.temporalAddress}: ${reasonOf(fault)}`, cure }];
  }
  try {
    return [{ name, ok: true, detail: await describeServer(connection, stack) }, ...(await look(connection, stack))];
  } finally {
    await connection.close();
  }
}

async function describeServer(connection: Connection, stack: TemporalAddress): Promise<string> {
  const { serverVersion } = await connection.withDeadline(Date.now() + 5000, () =>
    connection.workflowService.getSystemInfo({}),
  );
  const ui = stack.temporalUi === null ? '' : `, UI ${stack.temporalUi}`;
  return `${stack.temporalAddress}, server ${serverVersion}${ui}`;
}

async function look(connection: Connection, stack: TemporalAddress): Promise<readonly CheckResult[]> {
  const namespace = await checkNamespace(connection, stack.temporalNamespace);
  if (!namespace.ok) return [namespace];
  try {
    return [namespace, await checkSearchAttributes(connection, stack.temporalNamespace)];
  } catch (fault) {
    const cure = 'they cannot be listed with these rights: ask who runs Temporal whether they are registered';
    return [namespace, { name: 'temporal search attributes', ok: false, detail: reasonOf(fault), cure }];
  }
}
