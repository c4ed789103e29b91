"""One open partnership: every task of a user as one method. The command line and notebooks both work through it."""

from rosc_map.partnership.import_result import ImportResult
from rosc_map.partnership.outputs import template
from rosc_map.partnership.partnership import Partnership, new, open  # noqa: A004 - ``rosc_map.open`` is the public name
from rosc_map.partnership.rounds import DrawnRound, RecordedAnswers, RoundResult

__all__ = ["DrawnRound", "ImportResult", "Partnership", "RecordedAnswers", "RoundResult", "new", "open", "template"]
