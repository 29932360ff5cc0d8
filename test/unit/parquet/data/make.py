"""Writes the files beside it, with pyarrow 26.0.1: `python make.py` in this folder. The CSV files hold the same tables."""
import datetime as dt
import decimal
import math

import pyarrow as pa
import pyarrow.parquet as pq


def types():
    at = [dt.datetime(2026, 1, 31, 8, 0, second, 250_000, tzinfo=dt.timezone.utc) for second in range(4)]
    return pa.table({
        "whole": pa.array([2**53 + 1, -(2**63), None, 7], pa.int64()),
        "unsigned": pa.array([2**64 - 1, 0, 1, None], pa.uint64()),
        "small": pa.array([-128, 127, None, 0], pa.int8()),
        "real": pa.array([0.1, -0.0, math.nan, None]),
        "far": pa.array([math.inf, -math.inf, 5e-324, 1.7976931348623157e308]),
        "single": pa.array([0.5, None, 0.1, 3.0], pa.float32()),
        "half": pa.array([0.5, None, -2.0, 65504.0], pa.float16()),
        "price": pa.array([decimal.Decimal(x) if x else None for x in ("0.30", "-1234.57", None, "99999999.99")], pa.decimal128(10, 2)),
        "wide": pa.array([decimal.Decimal(x) for x in ("1.1", "-0.7", "123456789012345678.9", "0.0")], pa.decimal128(38, 1)),
        "flag": pa.array([True, False, None, True]),
        "word": pa.array(["a", "", None, "ä🙂"]),
        "level": pa.array(["x", "y", "x", None]).dictionary_encode(),
        "raw": pa.array([b"plain", b"text", None, b""], pa.binary()),
        "millis": pa.array(at, pa.timestamp("ms", "UTC")),
        "micros": pa.array([at[0], None, *at[2:]], pa.timestamp("us", "UTC")),
        "nanos": pa.array(at, pa.timestamp("ns", "UTC")),
        "day": pa.array([dt.date(2026, 1, 31), None, dt.date(1969, 12, 31), dt.date(1970, 1, 1)]),
        "tags": pa.array([["a"], [], None, ["b", "c"]]),
        "pair": pa.array([{"left": 1}, None, {"left": 2}, {"left": 3}]),
    })


def people(rows, shift):
    score = [((7 * i + shift) % 20) / 20 for i in range(rows)]
    return pa.table({
        "age": pa.array([None if i % 17 == 5 else 20 + i % 9 + shift for i in range(rows)], pa.int32()),
        "income": pa.array([(i * 37 % 101) / 7 for i in range(rows)]),
        "city": pa.array([("Oslo", "Rome", "São Paulo", None)[i * i % 4 if shift else i % 4] for i in range(rows)]),
        "guess": pa.array([int(s > 0.5) for s in score], pa.int8()),
        "score": pa.array(score),
        "label": pa.array([None if i % 13 == 4 else int((7 * i) % 20 > 6 + i % 7) for i in range(rows)], pa.int8()),
    })


def requests():
    at = [dt.datetime(2026, 1, 31, 8, 0, second, 250_999, tzinfo=dt.timezone.utc) for second in range(5)]
    ids = [f"q{i}" for i in range(5)]
    predictions = pa.table({
        "id": ids,
        "time": pa.array(at, pa.timestamp("us", "UTC")),
        "version": ["v1"] * 5,
        "prediction": ["yes", "no", None, "no", "yes"],
        "score": pa.array([0.1 + 0.2, 0.25, math.nan, None, 1.0]),
        "age": pa.array([41, None, 2**53 + 1, 17, 99], pa.int64()),
        "balance": pa.array([decimal.Decimal(x) for x in ("0.30", "-1234.57", "0.00", "7.10", "99999999.99")], pa.decimal128(10, 2)),
        "job": pa.array(["baker", "größe", None, "", "x"]).dictionary_encode(),
        "error_code": pa.array([None, None, "TIMEOUT", None, None]),
    })
    labels = pa.table({"id": ids, "time": predictions["time"], "label": pa.array([True, False, None, True, True])})
    return predictions, labels


def csv_text(table):
    def cell(value):
        return "" if value is None else repr(value) if isinstance(value, float) else str(value)
    rows = [",".join(cell(value) for value in row.values()) for row in table.to_pylist()]
    return "\n".join([",".join(table.column_names), *rows]) + "\n"


def main():
    predictions, labels = requests()
    pq.write_table(predictions, "predictions.parquet", row_group_size=2, compression="zstd")
    pq.write_table(labels, "labels.parquet")
    table = types()
    for codec in ("none", "snappy", "gzip", "zstd", "brotli", "lz4"):
        pq.write_table(table.select(["whole", "real", "word"]), f"{codec}.parquet", compression=codec)
    pq.write_table(table, "types.parquet", row_group_size=3)
    pq.write_table(table, "types-v2.parquet", data_page_version="2.0", version="2.6", use_dictionary=False)
    pq.write_table(table.select(["whole", "nanos"]), "int96.parquet", use_deprecated_int96_timestamps=True)
    pq.write_table(table.select(["whole"]).slice(0, 0), "no-rows.parquet")
    lone = pa.table({"word": pa.array([b"ok", b"\xff"], pa.binary())}).cast(pa.schema([("word", pa.binary())]))
    pq.write_table(lone, "not-utf8.parquet")
    # No writer has LZO: the number of the codec in the footer is changed from that of Snappy.
    with open("snappy.parquet", "rb") as source, open("lzo.parquet", "wb") as target:
        target.write(source.read().replace(b"\x15\x02\x16", b"\x15\x06\x16"))
    for name, rows, shift in (("reference", 60, 0), ("current", 40, 3)):
        case = people(rows, shift)
        pq.write_table(case, f"{name}.parquet")
        with open(f"{name}.csv", "w", encoding="utf-8") as file:
            file.write(csv_text(case))


if __name__ == "__main__":
    main()
