"""recordlinkage on one labelled task, run by an interpreter of its own (it asks for pandas below 3): CSV in, CSV out.

Run by bench.linkage with --recordlinkage-python; imports nothing of the project, since the other environment lacks it.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import numpy as np
import pandas as pd

COLUMNS = ("school_name", "district_name", "city", "street", "zip")
LABELS = 300
"""Records whose answer it may learn from, as a steward would label them: the first ones by id."""
MOST_OF_A_BLOCK = 400
"""Schools of a state that may share a block; larger blocks cost minutes and find nothing."""


def tidy(frame: pd.DataFrame) -> pd.DataFrame:
    """Lower case, no punctuation, empty text for null; and the columns that blocks are made of."""
    out = frame.reindex(columns=[frame.columns[0], "state", *COLUMNS]).astype(object).fillna("")
    for column in COLUMNS:
        out[column] = out[column].str.lower().str.replace(r"[^a-z0-9 ]+", " ", regex=True).str.strip()
    out["zip"] = out["zip"].str[:5]
    words = out["school_name"].str.split(" ")
    return out.assign(first_word=words.str[0])


def candidates(left: pd.DataFrame, right: pd.DataFrame) -> pd.MultiIndex:
    """Pairs of one state that share a name, a ZIP code, a city, the first word or the district."""
    found = []
    for column in ("school_name", "zip", "city", "first_word", "district_name"):
        key = ["state", column]
        mine, theirs = (
            f.loc[f[column] != "", key].rename_axis(n).reset_index() for f, n in ((left, "l"), (right, "r"))
        )
        size = theirs.groupby(key)["r"].transform("size")
        pairs = mine.merge(theirs[(size <= MOST_OF_A_BLOCK).to_numpy()], on=key)
        found.append(pd.MultiIndex.from_frame(pairs[["l", "r"]], names=["l", "r"]))
    every = found[0]
    for more in found[1:]:
        every = every.union(more)
    return every


def main(records_csv: str, truth_csv: str, directory_csv: str, out_csv: str) -> None:
    """Compare, learn from the labelled records, and write record_id, nces_id and score of each record's best pair.

    Prints the processor time and the peak memory of this process as JSON.
    """
    import recordlinkage

    left, right = (tidy(pd.read_csv(path, dtype=str)) for path in (records_csv, directory_csv))
    truth = pd.read_csv(truth_csv, dtype=str)["truth"].fillna("").str.split("|")
    pairs = candidates(left, right)
    compare = recordlinkage.Compare(n_jobs=1)
    compare.string("school_name", "school_name", method="jarowinkler", label="name")
    for column in ("district_name", "city", "street"):
        if (left[column] != "").any():
            compare.string(column, column, method="jarowinkler", label=column)
    if (left["zip"] != "").any():
        compare.exact("zip", "zip", label="zip")
    features = compare.compute(pairs, left, right)
    record = features.index.get_level_values(0).to_numpy()
    ids = right.iloc[:, 0].to_numpy(object)[features.index.get_level_values(1).to_numpy()]
    labelled = np.flatnonzero(record < LABELS)
    right_ones = features.index[[n for n in labelled if ids[n] in truth.iloc[record[n]]]]
    model = recordlinkage.LogisticRegressionClassifier()
    model.fit(features.iloc[labelled], right_ones)
    score = model.prob(features).to_numpy()
    best = pd.DataFrame({"record": record, "nces_id": ids, "score": score})
    best = best.sort_values(["record", "score", "nces_id"], ascending=[True, False, True]).drop_duplicates("record")
    best["record_id"] = left["record_id"].to_numpy(object)[best["record"]]
    best[["record_id", "nces_id", "score"]].to_csv(Path(out_csv), index=False)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"seconds": used.ru_utime + used.ru_stime, "megabytes": used.ru_maxrss / 1024}))


if __name__ == "__main__":
    main(*sys.argv[1:5])
