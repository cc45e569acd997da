"""The little world: a generator of the committed sample season in raw/, with every oddity named. Tests nothing itself.

`python -m tests.world` writes raw/ anew. Four states, three school years, about 300 schools; all of them invented.
"""

from __future__ import annotations

from tests.world.answers import KNOWN_ANSWERS, reason
from tests.world.canaries import CANARIES, STRAY_ADDRESS
from tests.world.oddities import ODDITIES, Oddity

__all__ = ["CANARIES", "KNOWN_ANSWERS", "ODDITIES", "STRAY_ADDRESS", "Oddity", "reason"]
