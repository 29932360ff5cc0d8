/** Labels without a prediction, counted on real servers; and the arrival of labels as a column. */
import { describe, expect, it } from 'vitest';
import { OrphanLabels } from '../../src/io/mysql/orphan-labels.js';
import { insertLabels, insertPredictions } from '../../src/io/mysql/prediction-log.js';
import { change } from '../../src/io/mysql/rows.js';
import type { LabelsDefinition, ModelDefinition } from '../../src/model/definition.js';
import { parseDefinition } from '../../src/model/parse-definition.js';
import { at, cellsOf, DAY, readDay, readerOf } from './reading.js';
import { onEachServer } from './servers.js';

onEachServer((database) => {
  const run = (sql: string): Promise<number> => change(database().pool, sql);
  const count = (definition: ModelDefinition, arrivedBy = DAY.to, matched = 0): ReturnType<OrphanLabels['count']> =>
    new OrphanLabels().count(database().pool, definition, { key: 'one', window: DAY, arrivedBy, matched });
  const with_ = (table: string, labels: Partial<LabelsDefinition> = {}): ModelDefinition =>
    readerOf({ table, labels: { table: `${table}_truth`, id: 'ref', label: 'truth', ...labels } });

  /** Three predictions; six labels: one of another day, one without a label, two orphans, two found. */
  async function tables(name: string, keys = 'KEY (came), KEY (made)', key = 'PRIMARY KEY'): Promise<void> {
    await run(`CREATE TABLE ${name} (id VARCHAR(9) ${key}, at DATETIME(3), said VARCHAR(9), KEY (at))`);
    await run(
      `CREATE TABLE ${name}_truth (ref VARCHAR(9), made DATETIME(3), came DATETIME(3), truth VARCHAR(9)${keys === '' ? '' : `, ${keys}`})`,
    );
    await run(
      `INSERT INTO ${name} VALUES ('a', '${at('01:00:00')}', 'y'), ('b', '${at('02:00:00')}', 'n'), ('c', '2026-01-03', 'y')`,
    );
    await run(`INSERT INTO ${name}_truth VALUES
      ('a', '${at('01:00:00')}', '${at('05:00:00')}', 'y'), ('b', '${at('02:00:00')}', '${at('23:00:00')}', 'y'),
      ('lost', '${at('03:00:00')}', '${at('06:00:00')}', 'n'), ('gone', '${at('04:00:00')}', '${at('22:00:00')}', 'n'),
      ('mute', '${at('04:00:00')}', '${at('05:00:00')}', NULL), ('c', '2026-01-03', '2026-01-04', 'y')`);
  }

  describe('labels of a window without a prediction are counted', () => {
    it('by the time of the prediction, where the label repeats it', async () => {
      await tables('timed');
      expect(await count(with_('timed', { time: 'made' }))).toEqual({ read: 4, orphans: 2 });
    });

    it('without looking each of them up where as many stand in the window as have found their prediction', async () => {
      await tables('settled');
      await run(`DELETE FROM settled_truth WHERE ref IN ('lost', 'gone')`);
      expect(await count(with_('settled', { time: 'made' }), DAY.to, 2)).toEqual({ read: 2, orphans: 0 });
      await run(`INSERT INTO settled_truth VALUES ('late', '${at('04:00:00')}', '${at('22:00:00')}', 'n')`);
      expect(await count(with_('settled', { time: 'made' }), DAY.to, 2)).toEqual({ read: 3, orphans: 1 });
    });

    it('by their arrival else; a label that comes late for a prediction of another day is none', async () => {
      await tables('come');
      await run(`INSERT INTO come_truth VALUES ('c', '2026-01-03', '${at('07:00:00')}', 'n')`);
      expect(await count(with_('come', { arrived: 'came' }))).toEqual({ read: 5, orphans: 2 });
    });

    it('as far as they had come in when the cycle looked', async () => {
      await tables('early');
      const noon = Date.parse('2026-01-05T12:00:00Z');
      expect(await count(with_('early', { time: 'made', arrived: 'came' }), noon)).toEqual({ read: 2, orphans: 1 });
    });

    it('with a time that is not that of the prediction as an orphan: the join would not find it either', async () => {
      await tables('shifted');
      await run(`UPDATE shifted_truth SET made = made + INTERVAL 1 SECOND WHERE ref = 'a'`);
      expect(await count(with_('shifted', { time: 'made' }))).toEqual({ read: 4, orphans: 3 });
    });
  });

  it('in Plumbline’s own tables, of the model alone', async () => {
    const parsed = parseDefinition('model: own\ntask: regression\nfeatures: { numeric: [x] }\n', 'own.yaml', {
      defaultRules: () => [],
    });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
    const { pool } = database();
    const time = DAY.from + 1000;
    await insertPredictions(pool, 'own', [{ id: 'a', time, prediction: '1' }]);
    await insertPredictions(pool, 'other', [{ id: 'b', time, prediction: '1' }]);
    const labels = ['a', 'b'].map((id) => ({ id, time, label: '1' }));
    await insertLabels(pool, 'own', labels, DAY.from + 2000);
    await insertLabels(pool, 'other', labels, DAY.from + 2000);
    expect(await count(parsed.definition)).toEqual({ read: 2, orphans: 1 });
  });

  describe('labels are not counted, with the reason,', () => {
    it('where they stand beside the prediction', async () => {
      const beside = readerOf({ table: 'any', labels: { table: 'any', id: 'id', label: 'truth' } });
      expect(await count(beside)).toBeUndefined();
    });

    it.each([
      ['that tell no time', {}, 'the labels tell neither the time of their prediction nor their arrival'],
      ['without an index', { arrived: 'came' }, 'no index of the labels helps to find those of a window by came'],
    ])('%s', async (title, labels, reason) => {
      const name = title === 'that tell no time' ? 'timeless' : 'bare';
      await tables(name, '');
      expect(await count(with_(name, labels))).toEqual({ reason });
    });

    it('whose predictions have no index on the id', async () => {
      await tables('keyless', 'KEY (came)', '');
      const reason = 'no index of the predictions helps to find one by its id';
      expect(await count(with_('keyless', { arrived: 'came' }))).toEqual({ reason });
    });

    it('of a view', async () => {
      await tables('base');
      await run('CREATE VIEW seen AS SELECT * FROM base_truth');
      const reason = 'the server tells no indexes of a view';
      expect(await count(with_('base', { table: 'seen', arrived: 'came' }))).toEqual({ reason });
    });
  });

  it('a window holds when each label came in', async () => {
    await tables('arrivals');
    const frame = await readDay(database().pool, with_('arrivals', { arrived: 'came' }));
    expect(cellsOf(frame, '$arrived')).toEqual([DAY.from + 5 * 3_600_000, DAY.from + 23 * 3_600_000]);
    await run('ALTER TABLE arrivals ADD truth VARCHAR(9), ADD came DATETIME(3)');
    await run(`UPDATE arrivals SET truth = 'y', came = '${at('09:00:00')}' WHERE id = 'b'`);
    const labels = { table: 'arrivals', id: 'id', label: 'truth', arrived: 'came' };
    const beside = await readDay(database().pool, readerOf({ table: 'arrivals', labels }));
    expect(cellsOf(beside, '$arrived')).toEqual([null, DAY.from + 9 * 3_600_000]);
  });
});
