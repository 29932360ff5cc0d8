"""Fill the table `predictions` with rows that are the same for the same seed and package versions.

For every model: N reference rows on 2026-01-01, N current rows on 2026-01-02, and N/24 rows for each further hour asked
for with --extra-hours. Times are UTC. The database is told by the variable PLUMBLINE_BENCH_MYSQL, so that its password
stands in no list of processes: mysql://user:password@host:port/database, where LOCAL INFILE must be allowed.
"""
import argparse
import os
import tempfile
import time
from urllib.parse import urlparse

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pymysql

SCHEMA = """
CREATE TABLE IF NOT EXISTS predictions (
  model_id VARCHAR(32) NOT NULL, id BIGINT NOT NULL, ts DATETIME(3) NOT NULL, model_version VARCHAR(16) NOT NULL,
  f0 DOUBLE, f1 DOUBLE, f2 DOUBLE, f3 DOUBLE, f4 DOUBLE, f5 DOUBLE, f6 DOUBLE, f7 DOUBLE,
  c0 VARCHAR(16), c1 VARCHAR(16), c2 VARCHAR(16), c3 VARCHAR(16),
  score DOUBLE NOT NULL, prediction TINYINT NOT NULL, label TINYINT, sex VARCHAR(8) NOT NULL, race VARCHAR(8) NOT NULL,
  latency_ms DOUBLE NOT NULL, error_code VARCHAR(16),
  PRIMARY KEY (model_id, ts, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
"""
COLUMNS = ["model_id", "id", "ts", "model_version", *[f"f{i}" for i in range(8)], *[f"c{i}" for i in range(4)],
           "score", "prediction", "label", "sex", "race", "latency_ms", "error_code"]
LEVELS = (5, 8, 12, 20)
DAY = 86_400_000
START = np.datetime64("2026-01-01T00:00:00.000", "ms")


def connect(url):
    u = urlparse(url)
    return pymysql.connect(host=u.hostname, port=u.port or 3306, user=u.username, password=u.password or "",
                           database=u.path.lstrip("/"), local_infile=True, autocommit=True)


def block(rng, model, first_id, offset_ms, span_ms, n, drifted):
    """n rows spread evenly over [offset_ms, offset_ms + span_ms) after the start."""
    d = 1.0 if drifted else 0.0
    z = rng.standard_normal((8, n))
    f = [z[0], z[1] + 0.10 * d, z[2] * (1 + 0.15 * d), np.exp(z[3] * 0.5),
         np.round(z[4] * 10 + 50, 4), np.round(np.abs(z[5]) * 100, 4), np.round(z[6] + 0.02 * d, 4), np.round(z[7] * 3, 1)]
    cats = []
    for k, levels in enumerate(LEVELS):
        p = 1.0 / np.arange(1, levels + 1)
        if k == 1:
            p[0] *= 1 + 0.3 * d
        cats.append(rng.choice(levels, n, p=p / p.sum()))
    sex = (rng.random(n) < 0.45).astype(np.int8)
    race = rng.choice(5, n, p=[0.6, 0.15, 0.1, 0.1, 0.05])
    logit = -0.8 + 0.9 * z[0] + 0.6 * z[1] - 0.4 * z[2] + 0.15 * (cats[0] - 1) - 0.25 * sex + 0.1 * race
    label = rng.random(n) < 1 / (1 + np.exp(-logit))
    score = 1 / (1 + np.exp(-(logit + 0.3 * rng.standard_normal(n))))
    latency = np.round(np.exp(rng.standard_normal(n) * 0.4 + 3), 3)
    ts = START + (offset_ms + np.arange(n) * span_ms // n).astype("timedelta64[ms]")

    def words(prefix, codes, mask=None):
        names = pa.array([f"{prefix}{i:02d}" for i in range(int(codes.max(initial=0)) + 1)])
        return names.take(pa.array(codes, type=pa.int32(), mask=mask))

    gone3, gone5, gone_c2, unlabelled, failed = (rng.random(n) < p for p in (0.05, 0.01, 0.02, 0.10, 0.005))
    data = {
        "model_id": pa.array([model]).take(pa.array(np.zeros(n, np.int32))),
        "id": pa.array(first_id + np.arange(n)),
        "ts": pc.strftime(pa.array(ts), format="%Y-%m-%d %H:%M:%S"),
        "model_version": words("v", np.full(n, 3)),
        **{f"f{i}": pa.array(f[i], mask={3: gone3, 5: gone5}.get(i)) for i in range(8)},
        **{f"c{i}": words(f"k{i}_", cats[i], gone_c2 if i == 2 else None) for i in range(4)},
        "score": pa.array(score), "prediction": pa.array((score >= 0.5).astype(np.int8)),
        "label": pa.array(label.astype(np.int8), mask=unlabelled),
        "sex": words("s", sex), "race": words("r", race), "latency_ms": pa.array(latency),
        "error_code": words("E", rng.integers(0, 4, n), ~failed),
    }
    return pa.table(data).select(COLUMNS)


def load(cursor, table):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rows.csv")
        pacsv.write_csv(table, path, pacsv.WriteOptions(include_header=False, quoting_style="none"))
        fields = ",".join("@" + c for c in COLUMNS)
        sets = ",".join(f"`{c}`=NULLIF(@{c},'')" for c in COLUMNS)
        cursor.execute(f"LOAD DATA LOCAL INFILE %s INTO TABLE predictions FIELDS TERMINATED BY ',' ({fields}) SET {sets}", (path,))
        cursor.execute("SHOW WARNINGS LIMIT 3")
        if warned := cursor.fetchall():
            raise SystemExit(f"the server warned: {warned}")


def fill(cursor, model, rows, extra_hours, seed):
    rng = np.random.default_rng([seed, *model.encode()])
    spans = [(0, DAY, rows, False), (DAY, DAY, rows, True)]
    spans += [(2 * DAY + h * DAY // 24, DAY // 24, rows // 24, True) for h in range(extra_hours)]
    cursor.execute("DELETE FROM predictions WHERE model_id=%s", (model,))
    done, step = 0, 500_000
    for offset, span, n, drifted in spans:
        for a in range(0, n, step):
            m = min(step, n - a)
            load(cursor, block(rng, model, done, offset + span * a // n, span * m // n, m, drifted))
            done += m
    return done


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--model", help="value of model_id; with --models, the prefix; default: cycle-ROWS")
    p.add_argument("--rows", type=int, default=100_000, help="rows in each of the two windows")
    p.add_argument("--extra-hours", type=int, default=0, help="hours after the current window, for the moving one")
    p.add_argument("--models", type=int, default=0, help="make this many models, named PREFIX-000, PREFIX-001, …")
    p.add_argument("--seed", type=int, default=7)
    a = p.parse_args()
    a.model = a.model or f"cycle-{a.rows}"
    cursor = connect(os.environ["PLUMBLINE_BENCH_MYSQL"]).cursor()
    cursor.execute("SET time_zone='+00:00'")
    cursor.execute(SCHEMA)
    t0, done = time.perf_counter(), 0
    for name in [f"{a.model}-{i:03d}" for i in range(a.models)] or [a.model]:
        done += fill(cursor, name, a.rows, a.extra_hours, a.seed)
    print(f"{done} rows in {time.perf_counter() - t0:.1f} s")


if __name__ == "__main__":
    main()
