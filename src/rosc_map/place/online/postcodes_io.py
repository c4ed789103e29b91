"""postcodes.io: postcodes that are newer than the directory, asked for only when somebody wants that.

The service takes 100 postcodes at once and says nothing of those that were terminated; these are asked for one by one.
API: https://postcodes.io/docs. Data of ONS and OS, OGL v3; Northern Ireland's postcodes have a licence of their own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from rosc_map.errors import AnswerNotUnderstood, ServiceHasNone, ServiceProblem
from rosc_map.place.online.fetch import Fetcher, FetchSettings, not_understood, point_in_uk, private_base, service_name
from rosc_map.place.postcodes.text import normalise

__all__ = ["MOST_SINGLE", "PostcodeAnswer", "PostcodesIo"]

_AT_ONCE = 100
MOST_SINGLE = 50
"""How many postcodes of one call are asked for one by one, whether they were terminated."""

Outcome = Literal["found", "terminated", "not_found", "service_down"]


@dataclass(frozen=True)
class PostcodeAnswer:
    """What the service says of a postcode.

    Attributes
    ----------
    postcode
        In standard form.
    outcome
        ``found``, ``terminated`` (no longer in use), ``not_found``, or ``service_down``: then nothing is known of it.
    easting, northing
        Metres, EPSG:27700, also in Northern Ireland; None where the service has no point.
    longitude, latitude
        Degrees, EPSG:4326, or None.
    local_authority_code
        GSS code in use now, or "".
    terminated
        The month, as in "2015-02", or "".
    reason
        Why nothing is known, or what was not asked; else "".
    """

    postcode: str
    outcome: Outcome
    easting: float | None = None
    northing: float | None = None
    longitude: float | None = None
    latitude: float | None = None
    local_authority_code: str = ""
    terminated: str = ""
    reason: str = ""


class PostcodesIo:
    """The service.

    Parameters
    ----------
    base_url
        Of the service, or of one that somebody hosts themselves.
    settings
        Limits of the client.

    Attributes
    ----------
    host
        The name of the computer that is asked.

    Raises
    ------
    InputError
        When the address of the service cannot be used, or is neither https nor on this computer.
    """

    def __init__(self, base_url: str = "https://api.postcodes.io", *, settings: FetchSettings | None = None) -> None:
        self._base = private_base(base_url)
        self.host = service_name(base_url)
        # Not sent on: a postcode may be somebody's home, and is for this service alone.
        self._client = Fetcher(replace(settings or FetchSettings(), redirects=0))

    def look_up(self, postcodes: Sequence[str]) -> dict[str, PostcodeAnswer]:
        """Look up postcodes, each once.

        What was answered before the service failed is kept; the rest is ``service_down``, never ``not_found``.

        Parameters
        ----------
        postcodes
            Any case and spacing.

        Returns
        -------
        dict
            An answer for each postcode, under the text that was given.

        Raises
        ------
        PostcodeMalformed
            Before anything is sent, when one of them is no postcode: other text is nobody else's business.
        """
        standard = {text: normalise(text) for text in postcodes}
        wanted = list(dict.fromkeys(standard.values()))
        known: dict[str, PostcodeAnswer] = {}
        reason = ""
        try:
            for answer in self._answers(wanted):
                known[answer.postcode] = answer
        except ServiceProblem as problem:
            reason = str(problem)
        down = {postcode: PostcodeAnswer(postcode, "service_down", reason=reason) for postcode in wanted}
        return {text: (down | known)[postcode] for text, postcode in standard.items()}

    def _answers(self, wanted: list[str]) -> Iterator[PostcodeAnswer]:
        absent = []
        for start in range(0, len(wanted), _AT_ONCE):
            asked = wanted[start : start + _AT_ONCE]
            answered = self._bulk(asked)
            for postcode in asked:
                if (result := answered[postcode]) is None:
                    absent.append(postcode)
                else:
                    yield self._found(postcode, result)
        for postcode in absent[:MOST_SINGLE]:
            yield self._terminated(postcode)
        for postcode in absent[MOST_SINGLE:]:
            yield PostcodeAnswer(postcode, "not_found", reason="It was not asked whether it was terminated.")

    def _bulk(self, asked: list[str]) -> dict[str, dict[str, Any] | None]:
        answer = self._client.post_json(f"{self._base}/postcodes", {"postcodes": asked})
        # Joined on what was asked, not on the position: entries that the service drops shift all others.
        results: dict[str, dict[str, Any] | None] = {}
        for entry in self._of_type(list, self._part(answer, "result")):
            query, result = self._of_type(str, self._part(entry, "query")), self._part(entry, "result")
            if query in results and results[query] != result:
                raise self._strange("two answers for one postcode")
            results[query] = None if result is None else self._of_type(dict, result)
        if not set(asked) <= set(results):
            raise self._strange("no answer for some of the postcodes")
        return results

    def _found(self, postcode: str, result: dict[str, Any]) -> PostcodeAnswer:
        from rosc_map.place.boundaries.areas import current_code

        self._check_same(postcode, result)
        code = self._part(self._part(result, "codes"), "admin_district")
        code = "" if code is None else self._of_type(str, code)
        # Codes such as E99999999 stand for "does not apply".
        in_use = current_code(code) if re.fullmatch(r"[EWSN](?!9{8})\d{8}", code, re.ASCII) else ""
        return PostcodeAnswer(postcode, "found", *self._point(result), local_authority_code=in_use)

    def _terminated(self, postcode: str) -> PostcodeAnswer:
        try:
            answer = self._client.get_json(f"{self._base}/terminated_postcodes/{postcode.replace(' ', '')}")
        except ServiceHasNone:
            return PostcodeAnswer(postcode, "not_found")
        result = self._of_type(dict, self._part(answer, "result"))
        self._check_same(postcode, result)
        year, month = (self._of_type(int, self._part(result, f"{part}_terminated")) for part in ("year", "month"))
        if not (1970 <= year <= 2100 and 1 <= month <= 12):
            raise self._strange("a month that does not exist")
        return PostcodeAnswer(postcode, "terminated", *self._point(result), terminated=f"{year}-{month:02}")

    def _point(self, result: dict[str, Any]) -> tuple[float | None, float | None, float | None, float | None]:
        from rosc_map.place.grid import to_metres

        longitude, latitude = self._part(result, "longitude"), self._part(result, "latitude")
        if longitude is None or latitude is None:
            return None, None, None, None
        longitude, latitude = point_in_uk(self._base, longitude, latitude)
        # The service's own eastings are on the Irish Grid in Northern Ireland.
        (easting,), (northing,) = to_metres([longitude], [latitude])
        return float(easting), float(northing), longitude, latitude

    def _check_same(self, postcode: str, result: dict[str, Any]) -> None:
        if self._part(result, "postcode") != postcode:
            raise self._strange("an answer about another postcode")

    def _part(self, whole: Any, name: str) -> Any:
        if not isinstance(whole, dict) or name not in whole:
            raise self._strange(f"an answer without {name!r}")
        return whole[name]

    def _of_type(self, kind: type, value: Any) -> Any:
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self._strange("an answer of another shape")
        return value

    def _strange(self, what: str) -> AnswerNotUnderstood:
        return not_understood(self._base, what)
