"""Regional partners of the invented states and their areas. Holds no school: areas are towns' ZIP codes and states."""

from __future__ import annotations

from tests.world.files import Sent, names, table_text
from tests.world.places import TOWNS

HEADER = names("regional_partner_id partner_name partner_account partner_class state zip_code deleted_at")


def partner_list(year: str) -> str:
    """A partner for a whole state, one for a few ZIP codes inside of another's state, and rows as odd as real ones."""
    california, georgia, washington = (TOWNS[state] for state in ("CA", "GA", "WA"))
    west = ("101", "Marrow Bay Partnership", "marrow-bay", "scholarship")
    south = ("102", "Pellamore College", "pellamore", "other")
    north = ("103", "Loomfall Tech Council", "loomfall", "other")
    rows = [
        (*west, "CA", "", ""),
        # defect 24: a ZIP code of one partner inside of the state of another.
        *((*north, "", town.zip, "") for town in california[:2]),
        (*south, "Georgia", "", ""),
        *((*north, "", town.zip, "") for town in washington[:5]),
        # Taken back: softly deleted.
        (*south, "WA", "", "2017-06-01"),
    ]
    if year == "2018-19":
        rows += [
            # G04: two partners say that one ZIP code is theirs.
            (*south, "", washington[5].zip, ""),
            (*north, "", washington[5].zip, ""),
            # G02: both, G03: no ZIP code of the United States, G01: nobody.
            (*west, "CA", california[3].zip, ""),
            (*west, "", "9500", ""),
            ("", "Nobody's Partnership", "", "other", "ID", "", ""),
            # G06: a class that the season does not know. S16: sent twice.
            (*south[:3], "legacy", "", georgia[0].zip, ""),
            (*west, "CA", "", ""),
        ]
    return table_text(HEADER, (dict(zip(HEADER, row, strict=True)) for row in rows))


def partner_files() -> list[Sent]:
    """The list of two years; 2016-17 borrows the nearest one."""
    return [
        Sent("partners", year, f"partners_{year}.csv", partner_list(year).encode(), day)
        for year, day in (("2017-18", "2017-09-01"), ("2018-19", "2018-09-03"))
    ]
