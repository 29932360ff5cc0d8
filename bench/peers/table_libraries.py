"""Evidently and NannyML on two windows of the table, with their presets and defaults, and a few of their figures."""
NUMERIC = [f"f{i}" for i in range(8)]
CATEGORICAL = [f"c{i}" for i in range(4)]


def evidently(reference, current):
    """Drift and summary of all columns, classification of the labelled rows. It has no fairness by group."""
    from evidently import BinaryClassification, DataDefinition, Dataset, Report
    from evidently.presets import ClassificationPreset, DataDriftPreset, DataSummaryPreset

    plain = DataDefinition(numerical_columns=[*NUMERIC, "score", "latency_ms"], categorical_columns=[*CATEGORICAL, "sex", "race"])
    wide = [*NUMERIC, "score", "latency_ms", *CATEGORICAL, "sex", "race"]
    of_reference, of_current = (Dataset.from_pandas(table[wide], plain) for table in (reference, current))
    drift = [DataDriftPreset(columns=[*NUMERIC, *CATEGORICAL]), DataSummaryPreset()]
    Report(drift).run(of_current, of_reference).dict()
    roles = BinaryClassification(target="label", prediction_labels="prediction", prediction_probas="score", pos_label=1)
    classes = DataDefinition(classification=[roles], categorical_columns=["label", "prediction"], numerical_columns=["score"])
    labelled = (
        table.dropna(subset=["label"])[["label", "prediction", "score"]].astype({"label": int}) for table in (reference, current)
    )
    of_reference, of_current = (Dataset.from_pandas(table, classes) for table in labelled)
    measured = Report([ClassificationPreset()]).run(of_current, of_reference).dict()["metrics"]
    names = {"Accuracy": "accuracy", "RocAuc": "roc_auc"}
    found = {}
    for metric in measured:
        for theirs, ours in names.items():
            if metric["metric_name"].startswith(f"{theirs}(") and f"performance/current/{ours}" not in found:
                found[f"performance/current/{ours}"] = float(metric["value"])
    return found


def nannyml(reference, current):
    """Drift of each column, realised and estimated performance, missing values, in its ten chunks. It has no fairness."""
    import nannyml as nml

    reference = reference.dropna(subset=["label"])  # its reference must be labelled
    columns = [*NUMERIC, *CATEGORICAL]
    drift = nml.UnivariateDriftCalculator(column_names=columns, timestamp_column_name="ts").fit(reference).calculate(current)
    common = {
        "y_pred": "prediction", "y_pred_proba": "score", "y_true": "label", "timestamp_column_name": "ts",
        "problem_type": "classification_binary",
        "metrics": ["roc_auc", "f1", "precision", "recall", "accuracy", "confusion_matrix"],
    }
    realised = nml.PerformanceCalculator(**common).fit(reference).calculate(current)
    estimated = nml.CBPE(**common).fit(reference).estimate(current)
    missing = nml.MissingValuesCalculator(column_names=columns).fit(reference).calculate(current)
    by_chunk = realised.filter(period="analysis").to_df()
    for other in (drift, estimated, missing):
        other.filter(period="analysis").to_df()
    means = {name: float(by_chunk[(name, "value")].mean()) for name in ("accuracy", "roc_auc")}
    return {f"performance/current/{name}": value for name, value in means.items()}
