"""All files of the sample season, in the order in which they arrived. Makes none of them."""

from __future__ import annotations

from tests.world.courses_v2 import v2_files
from tests.world.courses_wa import wa_files
from tests.world.directory import directory_files
from tests.world.directory_counts import count_files
from tests.world.files import Sent
from tests.world.ledgers import ledger_files
from tests.world.partners import partner_files
from tests.world.private import private_files
from tests.world.survey import survey_files


def season() -> list[Sent]:
    """Every file, by day of receipt, then source and name; within a source the deliveries keep their order."""
    sent = [
        *directory_files(),
        *count_files(),
        *private_files(),
        *v2_files(),
        *wa_files(),
        *survey_files(),
        *ledger_files(),
        *partner_files(),
    ]
    return sorted(sent, key=lambda file: (file.received_on, file.source, file.name))
