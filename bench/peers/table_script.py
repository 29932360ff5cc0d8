"""What a skilled engineer would write by hand for two windows of a table: NumPy over Arrow, one sort a column, counts by code.

The figures bear Plumbline's names and definitions. What they have in common with the script for files comes from there.
"""
import numpy as np
from scipy import stats

from script import QUANTILES, at_quantiles, jensen_shannon, numeric_drift, stability_index

NUMERIC = [*(f"f{i}" for i in range(8)), "score"]
CATEGORICAL = [f"c{i}" for i in range(4)]
SENSITIVE = ("sex", "race")


def floats(table, column):
    return table.column(column).cast("float64").to_numpy(zero_copy_only=False)


def codes(table, column):
    """Codes by row, -1 where missing, and the names that they stand for."""
    coded = table.column(column).combine_chunks().dictionary_encode()
    coded = coded.combine_chunks() if hasattr(coded, "combine_chunks") else coded
    return coded.indices.fill_null(-1).to_numpy(zero_copy_only=False), coded.dictionary.to_pylist()


def numeric_column(name, tables, figures):
    ordered = []
    for period, table in tables.items():
        cells = floats(table, name)
        values = np.sort(cells[~np.isnan(cells)])
        ordered.append(values)
        summary = {"missing_share": 1 - values.size / cells.size, "mean": values.mean(), "std": values.std(ddof=1), "min": values[0], "max": values[-1]}
        summary |= {f"quantile_{q}": v for q, v in zip(QUANTILES, at_quantiles(values, QUANTILES))}
        figures |= {f"quality/{period}/{name}/{key}": value for key, value in summary.items()}
    figures |= {f"drift/{name}/{key}": value for key, value in numeric_drift(*ordered).items()}


def categorical_column(name, tables, figures):
    counts, levels = [], {}
    for period, table in tables.items():
        coded, names = codes(table, name)
        missing = coded < 0
        seen = np.bincount(coded[~missing], minlength=len(names))
        counts.append(dict(zip(names, seen)))
        levels |= dict.fromkeys(x for x in names if x is not None)
        figures[f"quality/{period}/{name}/missing_share"] = missing.mean()
    matrix = np.array([[row.get(level, 0) for level in levels] for row in counts], dtype=float)
    test = stats.chi2_contingency(matrix, correction=False)
    shares = matrix / matrix.sum(axis=1, keepdims=True)
    drift = {"chi2_statistic": test.statistic, "chi2_p": test.pvalue, "psi": stability_index(*shares), "jensen_shannon": jensen_shannon(*shares)}
    figures |= {f"drift/{name}/{key}": value for key, value in drift.items()}


def performance(place, cells, label, score, figures):
    tn, fp, fn, tp = cells
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
        "brier": ((1 - given) ** 2).mean(),
    }
    figures |= {f"{place}/{key}": value for key, value in values.items()}


def fairness(place, cells, groups, figures):
    """Rates of each group, and how far they lie apart."""
    tn, fp, fn, tp = cells.T
    rows = cells.sum(axis=1)
    rates = {"selection_rate": (tp + fp) / rows, "tpr": tp / (tp + fn), "fpr": fp / (fp + tn), "accuracy": (tp + tn) / rows}
    for rate, values in rates.items():
        figures |= {f"{place}/{group}/{rate}": value for group, value in zip(groups, values)}
    for name, rate in (("demographic_parity", "selection_rate"), ("equal_opportunity", "tpr"), ("accuracy", "accuracy"), ("fpr", "fpr")):
        figures[f"{place}/{name}_difference"] = np.ptp(rates[rate])
        figures[f"{place}/{name}_ratio"] = rates[rate].min() / rates[rate].max()


def outcome(period, table, figures):
    label, score, said = (floats(table, column) for column in ("label", "score", "prediction"))
    (sex, sexes), (race, races) = (codes(table, column) for column in SENSITIVE)
    known = ~np.isnan(label)
    label, score, said = label[known].astype(np.int8), score[known], said[known].astype(np.int8)
    at = (sex[known] * len(races) + race[known]) * 4 + 2 * label + said
    cells = np.bincount(at, minlength=len(sexes) * len(races) * 4).reshape(len(sexes), len(races), 4).astype(float)
    performance(f"performance/{period}", cells.sum(axis=(0, 1)), label, score, figures)
    place = f"fairness/{period}"
    fairness(f"{place}/sex", cells.sum(axis=1), sexes, figures)
    fairness(f"{place}/race", cells.sum(axis=0), races, figures)
    fairness(f"{place}/sex x race", cells.reshape(-1, 4), [f"{a}|{b}" for a in sexes for b in races], figures)
    latency = floats(table, "latency_ms")
    place_of = (latency.size - 1) * np.array([0.5, 0.95, 0.99])
    low = place_of.astype(int)
    high = np.minimum(low + 1, latency.size - 1)
    chosen = np.partition(latency, np.unique((low, high)))
    quantiles = chosen[low] + (place_of - low) * (chosen[high] - chosen[low])
    figures |= {f"runtime/{period}/latency_p{q}": value for q, value in zip((50, 95, 99), quantiles)}
    figures[f"runtime/{period}/error_rate"] = 1 - table.column("error_code").null_count / latency.size


def measure(reference, current):
    tables = {"reference": reference, "current": current}
    figures = {}
    for name in NUMERIC:
        numeric_column(name, tables, figures)
    for name in CATEGORICAL:
        categorical_column(name, tables, figures)
    for period, table in tables.items():
        outcome(period, table, figures)
    return {key: float(value) for key, value in figures.items()}
