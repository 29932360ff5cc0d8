"""What an engineer would write by hand for two CSV files: pandas to read, numpy to count, one sort a column.

    python script.py REFERENCE.csv CURRENT.csv COLUMNS.json

Prints one JSON line: seconds of reading and of computing, peak memory in MiB, and the figures under Plumbline's names.
"""
import json
import resource
import sys
import time

import numpy as np
import pandas as pd
from scipy import stats

QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def present(table, column):
    values = table[column].to_numpy(dtype="float64")
    return np.sort(values[~np.isnan(values)]), values.size


def at_quantiles(ordered, quantiles):
    """Linear between order statistics, of values already sorted."""
    place = (ordered.size - 1) * np.asarray(quantiles)
    low = place.astype(int)
    high = np.minimum(low + 1, ordered.size - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def jensen_shannon(p, q):
    mix = (p + q) / 2
    halves = [np.sum(x[x > 0] * np.log2(x[x > 0] / mix[x > 0])) for x in (p, q)]
    return np.sqrt(max(0.0, sum(halves) / 2))


def stability_index(p, q):
    p, q = np.where(p == 0, 1e-4, p), np.where(q == 0, 1e-4, q)
    return np.sum((q - p) * np.log(q / p))


def numeric_drift(a, b):
    joined = np.concatenate((a, b))
    order = np.argsort(joined, kind="stable")  # finds the two sorted runs and merges them
    joined = joined[order]
    of_a = np.cumsum(order < a.size)
    gap = of_a / a.size - (np.arange(1, joined.size + 1) - of_a) / b.size
    step = np.diff(joined)
    largest = np.abs(gap[:-1][step > 0]).max(initial=0)
    edges = np.unique(at_quantiles(a, np.arange(1, 10) / 10))
    shares = [np.diff(np.concatenate(([0], np.searchsorted(x, edges, "right"), [x.size]))) / x.size for x in (a, b)]
    return {
        "ks_statistic": largest,
        "ks_p_limit": stats.kstwobign.sf(np.sqrt(a.size * b.size / joined.size) * largest),
        "wasserstein": np.abs(gap[:-1]) @ step,
        "psi_decile": stability_index(*shares),
        "jensen_shannon": jensen_shannon(*shares),
    }


def numeric_column(name, tables, figures):
    ordered = []
    for period, table in tables.items():
        values, rows = present(table, name)
        ordered.append(values)
        summary = {"missing_share": 1 - values.size / rows, "mean": values.mean(), "std": values.std(ddof=1), "min": values[0], "max": values[-1]}
        summary |= {f"quantile_{q}": v for q, v in zip(QUANTILES, at_quantiles(values, QUANTILES))}
        figures |= {f"quality/{period}/{name}/{key}": value for key, value in summary.items()}
    figures |= {f"drift/{name}/{key}": value for key, value in numeric_drift(*ordered).items()}


def categorical_column(name, tables, figures):
    counts, levels = [], {}
    for period, table in tables.items():
        codes, names = pd.factorize(table[name])
        seen = np.bincount(codes[codes >= 0], minlength=len(names))
        counts.append(dict(zip(names, seen)))
        levels |= dict.fromkeys(names)
        figures[f"quality/{period}/{name}/missing_share"] = float(np.mean(codes < 0))
    matrix = np.array([[row.get(level, 0) for level in levels] for row in counts], dtype=float)
    test = stats.chi2_contingency(matrix, correction=False)
    shares = matrix / matrix.sum(axis=1, keepdims=True)
    drift = {"chi2_statistic": test.statistic, "chi2_p": test.pvalue, "psi": stability_index(*shares), "jensen_shannon": jensen_shannon(*shares)}
    figures |= {f"drift/{name}/{key}": value for key, value in drift.items()}


def performance(period, label, score, said, figures):
    tn, fp, fn, tp = np.bincount(2 * label + said, minlength=4).astype(float)
    ones, zeros = np.sort(score[label == 1]), np.sort(score[label == 0])
    below = np.searchsorted(zeros, ones, "left") + np.searchsorted(zeros, ones, "right")
    given = np.clip(np.where(label == 1, score, 1 - score), np.finfo(float).eps, 1)
    values = {
        "accuracy": (tp + tn) / label.size,
        "precision": tp / (tp + fp),
        "recall": tp / (tp + fn),
        "f1": 2 * tp / (2 * tp + fp + fn),
        "roc_auc": below.sum() / 2 / ones.size / zeros.size,
        "log_loss": -np.log(given).mean(),
        "brier": ((score - label) ** 2).mean(),
    }
    figures |= {f"performance/{period}/{key}": value for key, value in values.items()}


def fairness(period, columns, codes, names, label, said, figures):
    """Rates of each group of one attribute or crossing, and how far they lie apart."""
    at = 0
    for code, known in zip(codes, names):
        at = at * len(known) + code
    size = int(np.prod([len(known) for known in names]))
    tn, fp, fn, tp = np.bincount(at * 4 + 2 * label + said, minlength=4 * size).reshape(-1, 4).astype(float).T
    rows = tn + fp + fn + tp
    rates = {"selection_rate": (tp + fp) / rows, "tpr": tp / (tp + fn), "fpr": fp / (fp + tn), "accuracy": (tp + tn) / rows}
    place = f"fairness/{period}/{' x '.join(columns)}"
    groups = [""]
    for known in names:
        groups = [f"{group}|{name}" if group else str(name) for group in groups for name in known]
    for rate, values in rates.items():
        figures |= {f"{place}/{group}/{rate}": value for group, value in zip(groups, values)}
    for name, rate in (("demographic_parity", "selection_rate"), ("equal_opportunity", "tpr"), ("accuracy", "accuracy"), ("fpr", "fpr")):
        figures[f"{place}/{name}_difference"] = np.ptp(rates[rate])
        figures[f"{place}/{name}_ratio"] = rates[rate].min() / rates[rate].max()


def outcome(period, table, roles, figures):
    label = table[roles["label"]].to_numpy(dtype="float64")
    score = table[roles["score"]].to_numpy(dtype="float64")
    said = table[roles["prediction"]].to_numpy(dtype="int8")
    known = ~np.isnan(label)
    label, score, said = label[known].astype(np.int8), score[known], said[known]
    performance(period, label, score, said, figures)
    attributes = [[entry] if isinstance(entry, str) else entry for entry in roles["sensitive"]]
    factored = {name: pd.factorize(table[name]) for name in {x for entry in attributes for x in entry}}
    for columns in attributes:
        codes, names = zip(*((factored[name][0][known], factored[name][1]) for name in columns))
        fairness(period, columns, codes, names, label, said, figures)
    latency = np.sort(table[roles["latency"]].to_numpy(dtype="float64"))
    for q, value in zip((50, 95, 99), at_quantiles(latency, (0.5, 0.95, 0.99))):
        figures[f"runtime/{period}/latency_p{q}"] = value
    figures[f"runtime/{period}/error_rate"] = float(table[roles["error"]].notna().mean())


def main():
    paths, roles = sys.argv[1:3], json.load(open(sys.argv[3], encoding="utf-8"))
    begun = time.perf_counter()
    tables = {period: pd.read_csv(path) for period, path in zip(("reference", "current"), paths)}
    read = time.perf_counter()
    figures = {}
    for name in [*roles["numeric"], roles["score"]]:
        numeric_column(name, tables, figures)
    for name in roles["categorical"]:
        categorical_column(name, tables, figures)
    for period, table in tables.items():
        outcome(period, table, roles, figures)
    done = time.perf_counter()
    used = resource.getrusage(resource.RUSAGE_SELF)
    # Linux counts in KiB, macOS in bytes.
    peak = used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    print(json.dumps({
        "read_s": read - begun, "compute_s": done - read, "cpu_s": used.ru_utime + used.ru_stime, "peak_mib": peak,
        "figures": {key: float(value) for key, value in figures.items()},
    }))


if __name__ == "__main__":
    main()
