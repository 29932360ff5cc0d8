import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killStatement, openDatabase, type Database } from '../../src/io/mysql/pool.js';
import { change, integer, select } from '../../src/io/mysql/rows.js';
import { explainSourceFault, SourceFault } from '../../src/io/mysql/source-faults.js';
import { readWindow, type ReadOptions } from '../../src/io/mysql/window-reader.js';
import { windowQuery } from '../../src/io/mysql/window-query.js';
import type { Frame } from '../../src/model/frame.js';
import { eventually } from '../support/poll.js';
import { cellsOf, DAY, readDay, readerOf } from './reading.js';
import { onEachServer } from './servers.js';

const ROWS = 100_000;

onEachServer((database) => {
  /** As a source has it: few connections. */
  let source: Database;
  const big = readerOf({ table: 'big', numeric: ['x', 'y'], categorical: ['kind'] });
  const read = (options: ReadOptions = {}, definition = big): Promise<Frame> =>
    readWindow(source.pool, windowQuery(definition, DAY, DAY.to), options);

  beforeAll(async () => {
    source = openDatabase(database().url, 3);
    const { pool } = database();
    await change(pool, 'CREATE TABLE digits (d INT PRIMARY KEY)');
    await change(pool, 'INSERT INTO digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)');
    await change(
      pool,
      `CREATE TABLE big (id INT PRIMARY KEY, at DATETIME(3), said VARCHAR(9), x DOUBLE, y DOUBLE NULL, kind VARCHAR(20), KEY (at))`,
    );
    await change(
      pool,
      `INSERT INTO big SELECT n, TIMESTAMPADD(MICROSECOND, n * 864000, '2026-01-05'), IF(n % 3 = 0, 'yes', 'no'), n / 7e0,
         IF(n % 10 = 0, NULL, n), CONCAT('kind ', n % 50)
       FROM (SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d AS n FROM digits a, digits b, digits c, digits e, digits f) t`,
    );
    // Each row costs the server a while: a statement that is in the middle for as long as a test needs.
    await change(pool, `CREATE VIEW slow AS SELECT id, at, said, x + SLEEP(0.001) AS x FROM big`);
  });

  afterAll(() => source.close());

  const slow = readerOf({ table: 'slow', numeric: ['x'] });

  /** Statements that read the slow view now, on any connection. */
  async function running(): Promise<readonly number[]> {
    const rows = await select(
      database().pool,
      "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE '%`slow`%' AND INFO NOT LIKE '%PROCESSLIST%'",
    );
    return rows.map((row) => integer(row, 'id'));
  }

  const atLeast = (count: number) => () => running().then((ids) => (ids.length >= count ? ids : null));
  const none = (): Promise<boolean> => running().then((ids) => ids.length === 0);

  it('a window of 100,000 rows arrives whole, in order, with its progress told', async () => {
    const told: [rows: number, upTo: number | undefined][] = [];
    const frame = await read({ progress: (rows, upTo) => told.push([rows, upTo]) });
    expect(frame.intake).toEqual({ read: ROWS, duplicateIds: 0, poison: 0 });
    const time = cellsOf(frame, '$time');
    expect(told).toEqual([
      [50_000, time[49_999]],
      [100_000, time[99_999]],
    ]);
    const x = frame.columns.get('x');
    const expected = Float64Array.from({ length: ROWS }, (_, n) => n / 7);
    expect(x?.kind === 'numeric' && x.values.every((value, row) => value === expected[row])).toBe(true);
    expect(x?.kind === 'numeric' && x.values.length).toBe(ROWS);
    expect(cellsOf(frame, 'kind').slice(48, 52)).toEqual(['kind 48', 'kind 49', 'kind 0', 'kind 1']);
    expect(cellsOf(frame, 'y').filter((cell) => cell === null)).toHaveLength(ROWS / 10);
  });

  it('rows are not kept while they are read: memory is the columns', async () => {
    await read();
    const before = process.memoryUsage();
    let peak = 0;
    const look = (): void => {
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before.arrayBuffers);
    };
    const frames: number[] = [];
    for (let i = 0; i < 2; i += 1) {
      const frame = await read({ progress: look });
      look();
      frames.push(frame.rows);
    }
    expect(frames).toEqual([ROWS, ROWS]);
    // Five columns of at most 8 bytes, doubled while they grow, and nothing freed between the two.
    expect(peak).toBeLessThan(24 * 2 ** 20);
  });

  describe('an abort', () => {
    it('ends the statement on the server, and the pool goes on', async () => {
      const abort = new AbortController();
      const reading = read({ signal: abort.signal }, slow);
      const [id] = await eventually('the statement runs', atLeast(1));
      abort.abort(new Error('cancelled by a person'));
      await expect(reading).rejects.toThrow('cancelled by a person');
      await eventually(`statement ${String(id)} is gone`, none);
      expect((await read()).rows).toBe(ROWS);
    });

    it('needs no free place in the pool: all readers of a source end at once', async () => {
      const abort = new AbortController();
      const readings = Array.from({ length: 5 }, () => read({ signal: abort.signal }, slow));
      const ends = Promise.allSettled(readings);
      await eventually('three statements run, two readers wait', atLeast(3));
      abort.abort(new Error('shutting down'));
      const outcomes = await ends;
      expect(outcomes.map((one) => (one.status === 'rejected' ? String(one.reason) : 'read'))).toEqual(
        Array.from({ length: 5 }, () => 'Error: shutting down'),
      );
      await eventually('no statement is left', none);
      expect((await read()).rows).toBe(ROWS);
    });

    it('before the start reads nothing', async () => {
      await expect(read({ signal: AbortSignal.abort(new Error('too late')) }, slow)).rejects.toThrow('too late');
      expect(await running()).toEqual([]);
    });

    it('that comes with the last rows hits no later statement', async () => {
      for (let i = 0; i < 2; i += 1) {
        const abort = new AbortController();
        const reading = read({
          signal: abort.signal,
          progress: (rows) => rows === ROWS && abort.abort(new Error('last')),
        });
        await expect(reading).rejects.toThrow('last');
        expect(
          (await read({}, readerOf({ table: 'digits', columns: { id: 'd', time: 'd', prediction: 'd' } }))).rows,
        ).toBe(0);
      }
    });
  });

  describe('a connection that is lost', () => {
    const explained = async (reading: Promise<Frame>): Promise<SourceFault> => {
      const error = await reading.then(
        () => new Error('it was read'),
        (reason: unknown) => explainSourceFault(reason, slow),
      );
      if (!(error instanceof SourceFault)) throw error;
      return error;
    };

    it.each(['CONNECTION', 'QUERY'])(
      'by KILL %s in the middle is a fault that passes; the next read works',
      async (what) => {
        const reading = explained(read({}, slow));
        const [id] = await eventually('the statement runs', atLeast(1));
        await change(database().pool, `KILL ${what} ${String(id)}`);
        const fault = await reading;
        expect(fault.retryable).toBe(true);
        expect(fault.message).toMatch(/^the source database of reader (cannot be reached|broke off)/);
        expect((await read()).rows).toBe(ROWS);
      },
    );

    it('while it idles in the pool is replaced unnoticed', async () => {
      await Promise.all([read(), read(), read()]);
      const mine = await select(source.pool, 'SELECT CONNECTION_ID() AS id');
      const ids = await select(
        database().pool,
        "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND COMMAND = 'Sleep' AND ID <> CONNECTION_ID()",
      );
      expect(ids.map((row) => integer(row, 'id'))).toContain(integer(mine[0] ?? ({} as never), 'id'));
      for (const row of ids)
        await change(database().pool, `KILL CONNECTION ${String(integer(row, 'id'))}`).catch(() => 0);
      // The notice of the server may still be under way.
      await eventually('a read works', () =>
        read().then(
          ({ rows }) => rows === ROWS,
          () => false,
        ),
      );
      expect((await Promise.all([read(), read(), read()])).map(({ rows }) => rows)).toEqual([ROWS, ROWS, ROWS]);
    });

    it('because nobody listens is a fault that passes', async () => {
      const nowhere = new URL(database().url);
      // The port of "discard".
      nowhere.port = '9';
      const down = openDatabase(nowhere.href, 1);
      const fault = await explained(readDay(down.pool, slow));
      expect([fault.retryable, fault.message]).toEqual([
        true,
        'the source database of reader cannot be reached (ECONNREFUSED)',
      ]);
      await down.close();
    });

    it('cannot be ended over a pool that is not ours', async () => {
      await expect(killStatement({} as never, 1)).rejects.toThrow('this pool was not opened here');
    });
  });
});
