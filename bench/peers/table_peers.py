"""Run one peer on monitoring cycles of the table made by make_table.py, and print one JSON line for each cycle.

    python table_peers.py PEER MODEL [--hours H] [--cycles N] [--models M]

`read_s` runs from connecting to having both windows in memory, `compute_s` is everything after it; loading the peer's
libraries (`import_s`) is in neither, and nor is its CPU. The database is told by the variable PLUMBLINE_BENCH_MYSQL.
"""
import argparse
import importlib
import json
import os
import resource
import sys
import time
import warnings
from datetime import datetime, timedelta

import connectorx

COLUMNS = [
    "id", "ts", "model_version", *(f"f{i}" for i in range(8)), *(f"c{i}" for i in range(4)),
    "score", "prediction", "label", "sex", "race", "latency_ms", "error_code",
]
START = datetime(2026, 1, 1)
DAY = timedelta(hours=24)
# Two of the libraries send usage data unless told not to.
for name in ("NML_DISABLE_USAGE_LOGGING", "DO_NOT_TRACK"):
    os.environ.setdefault(name, "True")


def read(model, hours, form):
    """The fixed reference day, and the current 24 hours, moved on by so many hours."""
    tables = []
    for begin in (START, START + DAY + timedelta(hours=hours)):
        sql = f"SELECT {','.join(COLUMNS)} FROM predictions WHERE model_id='{model}' AND ts>='{begin}' AND ts<'{begin + DAY}'"
        table = connectorx.read_sql(os.environ["PLUMBLINE_BENCH_MYSQL"], sql, protocol="binary", return_type=form)
        if form == "pandas":
            table = table.astype({"prediction": "int64", "label": "float64"})
        tables.append(table)
    return tables


def peak_mib():
    """Of this program alone: the kernel's other count begins with that of the process that started it."""
    try:
        with open("/proc/self/status", encoding="utf-8") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 2**10
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def load(peer):
    """The peer's measuring function and the form in which it takes tables."""
    if peer == "script":
        return importlib.import_module("table_script").measure, "arrow"
    __import__(peer)
    return getattr(importlib.import_module("table_libraries"), peer), "pandas"


def cycle(measure, form, model, hours):
    cpu, begun = os.times(), time.perf_counter()
    tables = read(model, hours, form)
    at_hand = time.perf_counter()
    figures = measure(*tables)
    done, used = time.perf_counter(), os.times()
    return {
        "rows": sum(len(table) for table in tables), "seconds": done - begun, "read_s": at_hand - begun, "compute_s": done - at_hand,
        "cpu_s": used.user + used.system - cpu.user - cpu.system, "peak_mib": peak_mib(), "figures": figures,
    }


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("peer", choices=["script", "evidently", "nannyml"])
    p.add_argument("model", help="value of model_id; with --models, the prefix")
    p.add_argument("--hours", type=int, default=0, help="how far the current window is moved on")
    p.add_argument("--cycles", type=int, default=1, help="the same cycle again and again, libraries loaded once")
    p.add_argument("--models", type=int, help="one cycle of each of PREFIX-000, PREFIX-001, …, libraries loaded once")
    a = p.parse_args()
    warnings.filterwarnings("ignore")
    begun = time.perf_counter()
    measure, form = load(a.peer)
    imported = time.perf_counter() - begun
    for model in [f"{a.model}-{i:03d}" for i in range(a.models)] if a.models else [a.model] * a.cycles:
        print(json.dumps({"import_s": imported, **cycle(measure, form, model, a.hours)}), flush=True)


if __name__ == "__main__":
    main()
