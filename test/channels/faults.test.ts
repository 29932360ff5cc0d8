/** Errors as clients and networks make them, some of which repeat what they were given. */
import { describe, expect, it } from 'vitest';
import { ChannelError, classifySlack, classifySmtp, faultOf } from '../../src/io/faults.js';
import { assertLeaksNoSecret } from './leaks.js';

const SECRET = 'canary-5e0c77d1';
const coded = (message: string, fields: object): Error => Object.assign(new Error(message), fields);
const requestError = (original: Error): Error =>
  coded(`A request error occurred: ${original.message}`, {
    code: 'slack_webapi_request_error',
    original,
    cause: original,
  });

describe('an error that repeats a secret loses it', () => {
  it.each([
    ['a header', classifySlack(requestError(new TypeError(`"Bearer ${SECRET}" is an invalid header value`)), [SECRET])],
    ['any error of Slack’s client', classifySlack(new Error(`failed with ${SECRET}`), [SECRET])],
    [
      'a reply of a mail server',
      classifySmtp(coded('x', { responseCode: 535, response: `535 not ${SECRET}` }), false, [SECRET]),
    ],
    ['a mail client before the hand-over', classifySmtp(coded(`auth ${SECRET}`, { code: 'EAUTH' }), false, [SECRET])],
    [
      'a mail client that cannot connect',
      classifySmtp(coded(`to ${SECRET}`, { code: 'ECONNECTION' }), false, [SECRET]),
    ],
    ['a mail client after it', classifySmtp(coded(`lost ${SECRET}`, { code: 'ECONNECTION' }), true, [SECRET])],
    ['anything else', faultOf(new Error(`with ${SECRET}`), [SECRET])],
  ])('%s', (_what, fault) => {
    expect(fault.message).toContain('[secret]');
    assertLeaksNoSecret(fault, [SECRET]);
    assertLeaksNoSecret(new ChannelError(fault), [SECRET]);
  });
});

describe('a call that failed while connecting was surely not sent', () => {
  const connect = (code: string): Error => coded('connect failed', { code, syscall: 'connect' });
  const fetchFailed = (cause: unknown): Error => requestError(Object.assign(new TypeError('fetch failed'), { cause }));
  const bothAddresses = (...codes: string[]): Error => coded('', { code: codes[0], errors: codes.map(connect) });

  it.each([
    ['refused', fetchFailed(connect('ECONNREFUSED'))],
    ['refused at both addresses of the name', fetchFailed(bothAddresses('ECONNREFUSED', 'ECONNREFUSED'))],
    ['no such host', fetchFailed(coded('x', { code: 'ENOTFOUND', syscall: 'getaddrinfo' }))],
    ['name server away', fetchFailed(coded('x', { code: 'EAI_AGAIN' }))],
    ['no time to connect', fetchFailed(coded('x', { code: 'UND_ERR_CONNECT_TIMEOUT' }))],
    ['the system’s own limit for connecting', fetchFailed(connect('ETIMEDOUT'))],
    ['a certificate that has expired', fetchFailed(coded('x', { code: 'CERT_HAS_EXPIRED' }))],
    ['a certificate of another host', fetchFailed(coded('x', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }))],
  ])('%s', (_what, error) => {
    expect(classifySlack(error, []).kind).toBe('not sent, retry');
  });

  it.each([
    ['reset', fetchFailed(coded('x', { code: 'ECONNRESET', syscall: 'read' }))],
    ['closed by the other side', fetchFailed(coded('x', { code: 'UND_ERR_SOCKET' }))],
    ['timed out while reading', fetchFailed(coded('x', { code: 'ETIMEDOUT', syscall: 'read' }))],
    ['our own limit', requestError(Object.assign(new Error('aborted'), { name: 'TimeoutError' }))],
    ['one address refused, the other reset', fetchFailed(bothAddresses('ECONNREFUSED', 'ECONNRESET'))],
    ['broken in the middle of TLS', fetchFailed(coded('x', { code: 'ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC' }))],
    ['a body that broke off', new TypeError('terminated')],
    ['nothing that we know', 'a text'],
  ])('but may have been when it was %s', (_what, error) => {
    expect(classifySlack(error, []).kind).toBe('unknown');
  });
});

it('a rate limit without a time to wait is given half a minute', () => {
  const error = new Error('Retry header did not contain a valid timeout (url: x, retry-after header: null)');
  expect(classifySlack(error, [])).toMatchObject({ kind: 'not sent, wait', retryAfterMs: 30_000 });
});
