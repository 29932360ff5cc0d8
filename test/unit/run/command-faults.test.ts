/** Every error is one of three statuses, in one line without a stack trace. */
import { WorkflowFailedError } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { ChannelError } from '../../../src/io/faults.js';
import { StaleSwitch } from '../../../src/io/mysql/registry.js';
import { SecretError } from '../../../src/io/secrets.js';
import { Unavailable } from '../../../src/run/connection.js';
import { commandFaultOf } from '../../../src/run/command-faults.js';
import { SettingsFault } from '../../../src/run/settings.js';

const withFields = (message: string, fields: object): Error => Object.assign(new Error(message), fields);

describe('an error of a command', () => {
  it.each<[string, Error, number, RegExp]>([
    [
      'a database that is down',
      withFields('connect ECONNREFUSED 127.0.0.1:1', { code: 'ECONNREFUSED', errno: -111 }),
      3,
      /database cannot be reached \(ECONNREFUSED\)/,
    ],
    [
      'a name with two addresses, both refused',
      withFields('', { errors: [withFields('x', { code: 'ECONNREFUSED' })] }),
      3,
      /ECONNREFUSED/,
    ],
    [
      'a database that goes down in the middle',
      withFields('Connection lost: The server closed the connection.', { code: 'PROTOCOL_CONNECTION_LOST' }),
      3,
      /PROTOCOL_CONNECTION_LOST/,
    ],
    [
      'a connection that was closed',
      new Error("Can't add new command when connection is in closed state"),
      3,
      /was lost/,
    ],
    [
      'a wrong password',
      withFields("Access denied for user 'a'@'b'", { errno: 1045, code: 'ER_ACCESS_DENIED_ERROR' }),
      2,
      /Access denied/,
    ],
    ['a missing table', withFields("Table 'a.models' doesn't exist", { errno: 1146 }), 2, /doesn't exist/],
    [
      'a fault that the database reports',
      withFields('Lock wait timeout exceeded', { errno: 1205, sqlMessage: 'x' }),
      3,
      /Lock wait/,
    ],
    [
      'Temporal that goes down in the middle',
      withFields('Failed', { cause: withFields('14 UNAVAILABLE: No connection', { code: 14 }) }),
      3,
      /Temporal cannot be reached: 14 UNAVAILABLE/,
    ],
    [
      'Temporal that refuses',
      withFields('Failed', { cause: withFields('7 PERMISSION_DENIED', { code: 7 }) }),
      2,
      /Temporal refused/,
    ],
    ['Temporal that cannot be reached', new Unavailable('Temporal at x cannot be reached'), 3, /Temporal at x/],
    [
      'an execution that failed',
      Object.assign(Object.create(WorkflowFailedError.prototype) as WorkflowFailedError, {
        message: 'failed',
        cause: new Error('timed out'),
      }),
      3,
      /did not complete: timed out/,
    ],
    ['a wrong setting', new SettingsFault('PLUMBLINE_LOG_LEVEL is "loud"'), 2, /LOG_LEVEL/],
    ['a secret that is not set', new SecretError('env:X: the environment variable is not set'), 2, /env:X/],
    ['a switch that came too late', new StaleSwitch('another switch went first'), 2, /went first/],
    ['a channel that refuses', new ChannelError({ kind: 'never', message: 'invalid_auth' }), 2, /invalid_auth/],
    [
      'a channel that is away',
      new ChannelError({ kind: 'not sent, retry', message: 'no connection' }),
      3,
      /no connection/,
    ],
    ['what nobody foresaw', new TypeError('x is undefined\n  at y'), 3, /^unexpected: x is undefined$/],
  ])('%s', (_, error, status, message) => {
    const fault = commandFaultOf(error);
    expect([fault.status, fault.message]).toEqual([status, expect.stringMatching(message)]);
    expect(fault.message).not.toContain('\n');
  });
});
