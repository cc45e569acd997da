"""General linkage tools on the labelled tasks, each in its usual set-up: TF-IDF, rapidfuzz and Splink 5.

They are what the school matcher is measured against; nothing of the pipeline uses them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import numpy as np
import pandas as pd

COLUMNS = ("school_name", "district_name", "city", "street", "zip")

Answers = tuple[np.ndarray, np.ndarray]
"""Per record the NCES id of the best school of its state (null: none) and a score."""


def _all_columns(frame: pd.DataFrame, records: pd.DataFrame) -> pd.Series:
    """The columns that the records fill, as one text; columns of the directory alone would only dilute it."""
    filled = [column for column in COLUMNS if column in records and records[column].notna().any()]
    parts = frame.reindex(columns=filled).fillna("")
    return parts.agg(" ".join, axis=1).str.lower().str.replace(r"\s+", " ", regex=True).str.strip()


def _by_state(
    records: pd.DataFrame,
    directory: pd.DataFrame,
    best: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]],
) -> Answers:
    """`best` of positions (records, schools) within each state: position of the school among them, and a score."""
    ids, score = np.full(len(records), None, dtype=object), np.full(len(records), np.nan)
    schools = directory.groupby("state").indices
    for state, rows in records.groupby("state").indices.items():
        listed = schools.get(state)
        if listed is None:
            continue
        at, points = best(rows, listed)
        ids[rows], score[rows] = directory["nces_id"].to_numpy(object)[listed[at]], points
    return ids, score


def tfidf(records: pd.DataFrame, directory: pd.DataFrame) -> Answers:
    """Cosine of letter triples of all columns, within the state (scikit-learn)."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    asked, listed = _all_columns(records, records), _all_columns(directory, records)
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3), dtype=np.float32).fit(pd.concat([asked, listed]))
    left, right = vectors.transform(asked), vectors.transform(listed).T.tocsc()

    def best(rows: np.ndarray, schools: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        at, points = np.zeros(len(rows), np.int64), np.zeros(len(rows))
        for begin in range(0, len(rows), 2_000):
            part = slice(begin, begin + 2_000)
            alike = (left[rows[part]] @ right[:, schools]).toarray()
            at[part], points[part] = alike.argmax(1), alike.max(1)
        return at, points

    return _by_state(records, directory, best)


def rapidfuzz(records: pd.DataFrame, directory: pd.DataFrame) -> Answers:
    """token_sort_ratio of all columns, within the state."""
    from rapidfuzz import fuzz, process

    asked, listed = _all_columns(records, records).to_numpy(object), _all_columns(directory, records).to_numpy(object)

    def best(rows: np.ndarray, schools: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        at, points = np.zeros(len(rows), np.int64), np.zeros(len(rows))
        for begin in range(0, len(rows), 2_000):
            part = slice(begin, begin + 2_000)
            alike = process.cdist(asked[rows[part]], listed[schools], scorer=fuzz.token_sort_ratio, dtype=np.float32)
            at[part], points[part] = alike.argmax(1), alike.max(1)
        return at, points

    return _by_state(records, directory, best)


def splink(records: pd.DataFrame, directory: pd.DataFrame) -> Answers:
    """Splink 5 on DuckDB: name, district and place comparisons, term frequencies, five blocks, EM without labels."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    left, right = (_for_splink(frame, key) for frame, key in ((records, "record_id"), (directory, "nces_id")))
    has = {column: left[column].notna().any() and right[column].notna().any() for column in COLUMNS}
    comparisons = [
        cl.JaroWinklerAtThresholds("school_name", [0.95, 0.88, 0.8]).configure(term_frequency_adjustments=True)
    ]
    if has["district_name"]:
        comparisons.append(cl.JaroWinklerAtThresholds("district_name", [0.92, 0.8]))
    comparisons += [cl.ExactMatch(c).configure(term_frequency_adjustments=True) for c in ("city", "zip") if has[c]]
    if has["street"]:
        comparisons.append(cl.JaroWinklerAtThresholds("street", [0.92, 0.8]))
    blocks = [
        block_on("state", c) for c in ("school_name", "zip", "city", "first_word", "district_name") if has.get(c, True)
    ]
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="unique_id",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=blocks,
        retain_intermediate_calculation_columns=False,
    )
    db = DuckDBAPI()
    linker = Linker(
        [db.register(left, dataset_display_name="l"), db.register(right, dataset_display_name="r")],
        settings,
        log_level=40,
    )
    linker.training.estimate_probability_two_random_records_match([block_on("state", "school_name")], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for block in (block_on("state", "school_name"), block_on("state", "first_word")):
        linker.training.estimate_parameters_using_expectation_maximisation(block)
    pairs = linker.inference.predict(threshold_match_probability=0.01).as_pandas_dataframe()
    swap = pairs["source_dataset_l"] == "r"
    record = pairs["unique_id_l"].where(~swap, pairs["unique_id_r"])
    school = pairs["unique_id_r"].where(~swap, pairs["unique_id_l"])
    best = pd.DataFrame({"record": record, "school": school, "score": pairs["match_weight"]})
    best = best.sort_values(["record", "score", "school"], ascending=[True, False, True]).drop_duplicates("record")
    best = best.set_index("record").reindex(records["record_id"])
    return best["school"].to_numpy(object), best["score"].to_numpy(float)


def _for_splink(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    out = frame.reindex(columns=["state", *COLUMNS]).assign(unique_id=frame[key])
    for column in COLUMNS:
        out[column] = out[column].str.lower().str.replace(r"[^a-z0-9 ]+", " ", regex=True).str.strip()
    out["zip"] = out["zip"].str[:5]
    return (
        out.assign(first_word=out["school_name"].str.split(" ").str[0]).astype(object).where(lambda f: f.notna(), None)
    )


PEERS: dict[str, Callable[[pd.DataFrame, pd.DataFrame], Answers]] = {
    "Splink 5, EM": splink,
    "TF-IDF, letter triples": tfidf,
    "rapidfuzz, token sort": rapidfuzz,
}
