/** The endpoint's routes: batches of predictions and labels in, health and its own description out. */
import { Hono } from 'hono';
import { select } from '../../io/mysql/rows.js';
import { REFUSALS, refuse } from './answers.js';
import { Batches, within, type BatchDeps } from './batches.js';
import { openApiDocument } from './open-api.js';

/** A server that works answers `SELECT 1` in a millisecond. */
const HEALTH_MS = 2_000;

export function createApp(deps: BatchDeps): Hono {
  const { pool, stopping, log } = deps;
  const app = new Hono();
  const batches = new Batches(deps);
  const document = openApiDocument();
  app.get('/v1/openapi.json', (context) => context.json(document));
  app.get('/v1/health', async (context) => {
    if (stopping()) return refuse(context, REFUSALS.stopping);
    const alive = await within(
      select(pool, 'SELECT 1').catch(() => null),
      HEALTH_MS,
    );
    return alive === null ? refuse(context, REFUSALS.unavailable) : context.json({ status: 'ok' });
  });
  for (const kind of ['predictions', 'labels'] as const) {
    app.post(`/v1/models/:model/${kind}`, (context) => batches.take(context, kind));
  }
  const methods = {
    '/v1/openapi.json': 'GET',
    '/v1/health': 'GET',
    '/v1/models/:model/:kind{predictions|labels}': 'POST',
  };
  for (const [path, allowed] of Object.entries(methods)) {
    app.all(path, (context) => {
      const [message, cure] = ['this route has another method', `send it with ${allowed}`];
      return refuse(context, { status: 405, message, cure, headers: { allow: allowed } });
    });
  }
  app.notFound((context) =>
    refuse(context, { status: 404, message: 'there is no such route', cure: 'GET /v1/openapi.json lists them' }),
  );
  app.onError((error, context) => {
    log.error({ message: error.message }, 'a request failed');
    return refuse(context, REFUSALS.defect);
  });
  return app;
}
