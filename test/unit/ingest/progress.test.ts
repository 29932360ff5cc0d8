import { describe, expect, it } from 'vitest';
import { Progress, progressText } from '../../../src/run/ingest/progress.js';

describe('the text of progress', () => {
  it.each([
    [0, 0, 0, Infinity, '[                        ]   0 %  0 rows  0 rows/s'],
    [1_240_000, 0.5, 38_000.4, 31.4, '[############            ]  50 %  1,240,000 rows  38,000 rows/s  0:31 left'],
    [999, 0.999, 10, 3_725, '[########################]  99 %  999 rows  10 rows/s  1:02:05 left'],
    [5, 1.2, 1, 0, '[########################] 100 %  5 rows  1 rows/s  0:00 left'],
  ])('%d rows, share %d', (rows, share, rate, left, text) => {
    expect(progressText(rows, share, rate, left)).toBe(text);
  });
});

describe('progress', () => {
  it('is drawn ten times a second at most, and tells the speed of this run alone', () => {
    let now = 0;
    let written = '';
    const terminal = { columns: 200, write: (text: string) => (written += text) };
    const progress = new Progress({ terminal, say: () => undefined, now: () => now }, { rows: 1_000, share: 0.1 });
    for (now = 0; now <= 2_000; now += 20) progress.tell(1_000 + now, 0.1 + now / 10_000);
    const drawn = written.split('\r\u001b[K').slice(1);
    expect(drawn).toHaveLength(21);
    expect(drawn.at(-1)).toBe('[#######                 ]  30 %  3,000 rows  1,000 rows/s  0:07 left');
    progress.end();
    progress.end();
    expect(written.split('\r\u001b[K')).toHaveLength(23);
  });

  it('is a line each hundred thousand rows where there is no terminal', () => {
    const said: string[] = [];
    const progress = new Progress(
      { terminal: null, say: (line) => void said.push(line), now: () => 0 },
      { rows: 150_000, share: 0 },
    );
    for (const rows of [160_000, 210_000, 220_000, 540_000, 550_000]) progress.tell(rows, rows / 1e6);
    progress.end();
    expect(said).toEqual(['210,000 rows, 21 %', '540,000 rows, 54 %']);
  });
});
