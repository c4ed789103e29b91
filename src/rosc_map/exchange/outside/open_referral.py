"""Reading directories of councils: Open Referral UK, version 1 with its dialects and version 3.0 (HSDS-UK).

A service becomes an asset. Dialects differ in the names of keys and in their words, hardly in shape, so that one walk
reads them all. Persons are dropped: who assured an entry, who to ask for; of e-mail addresses only those of the service
and its organisation are taken.
"""

import re
from collections.abc import Iterable, Mapping

from rosc_map.errors import InputError
from rosc_map.exchange.outside.lists import LeftOut, Opened, OutsideList, OutsideRow, ReadOptions
from rosc_map.exchange.outside.open_referral_choices import GUESSES, STATUSES
from rosc_map.exchange.outside.open_referral_own import is_own, licence_of_all, other_terms, own_values, put_own
from rosc_map.exchange.outside.open_referral_pages import Services, holds_services, identifier, services_in
from rosc_map.exchange.outside.open_referral_parts import Part, first_word, parts, words_of
from rosc_map.exchange.outside.open_referral_places import locations_of, put_areas, put_place
from rosc_map.exchange.outside.open_referral_times import put_times
from rosc_map.exchange.outside.personal import is_mobile, is_personal_name
from rosc_map.exchange.outside.repair import Notes, Said, one_word

__all__ = ["OpenReferral"]

# Ids of real feeds look like UUIDs, but most are not valid ones.
_UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
_REGISTER = re.compile(r"GB-[A-Z]{2,6}")
_CHARITIES = ("GB-CHC", "GB-SC", "GB-NIC")
_SCHEDULES = ("schedules", "regular_schedules", "regular_schedule")
_CHANGED = ("last_modified", "updated_at", "date_modified")
_NUMBER = re.compile(r"\+?[\d(][\d\s()\-./]{5,}\d(?:\s*(?:ext|x)\.?\s*\d+)?", re.IGNORECASE)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d(?=T)")
_MOST_WORDS = 50
_WHOLE_LIST = 0  # the row of a note that is of no row


class OpenReferral:
    """Reads pages and services of Open Referral UK."""

    code = "oruk"
    title = "Open Referral UK"

    def knows(self, opened: Opened) -> bool:
        """Whether one of the pages holds services of Open Referral."""
        return any(map(holds_services, opened.documents))

    def read(self, opened: Opened, options: ReadOptions) -> OutsideList:
        """Turn services into rows of assets.

        Parameters
        ----------
        opened
            Pages of ``/services``, answers of ``/services/{id}``, or both, in any order.
        options
            The day tells which times are over; the source tells whose list it is, where no host does.

        Returns
        -------
        OutsideList
            ``general``, unless each row says in our own attributes what it is; ``whole`` where it is known whose list
            it is, and the pages hold as many services as they say that there are.

        Raises
        ------
        InputError
            When a page holds something else, there is not one service, or its ids are plain numbers and nobody says
            whose list it is.
        """
        notes, services = Notes(), services_in(opened)
        scheme = _scheme(opened, options, [identifier(service) for _, service in services.found])
        _note_pages(notes, services)
        rows, left_out, owns = [], list(services.left_out), []
        for number, service in services.found:
            own = own_values(service)
            owns.append(own)
            row = _Row(Said(number, notes), service, own, options).read(scheme)
            if isinstance(row, OutsideRow):
                rows.append(row)
            else:
                left_out.append(row)
        # Anybody can write our attributes. They only spare a list of ours the sifting by words: places that may be
        # confidential are found in each list, and what a row may say of its place and licence is held back by itself.
        ours = all(map(is_own, owns))
        return OutsideList(
            name=opened.name,
            format=self.code,
            scheme=scheme,
            rows=tuple(rows),
            notes=notes.all,
            left_out=tuple(sorted(left_out, key=lambda row: row.number)),
            general=not ours,
            # Of a list of nobody in particular it is not known what has gone from which.
            whole=scheme != self.code and services.listed >= services.said > 0 and not opened.filtered,
            licence=licence_of_all({own.get("licence", [""])[0] for own in owns}),
        )


def _scheme(opened: Opened, options: ReadOptions, ids: list[str]) -> str:
    """Return what stands before the ids: whose list it is, as far as somebody says; UUIDs are no other list's."""
    source = re.sub(r"[^\w.]+", "-", (options.source or opened.host).casefold()).strip("-")
    if source:
        return f"{OpenReferral.code}-{source}"
    if sum(bool(_UUID.fullmatch(key)) for key in ids) * 2 > len(ids):
        return OpenReferral.code
    raise InputError(
        f"{opened.name} numbers its services as other lists do, and does not say whose list it is. "
        "Say whose list it is with --source, in a word such as the name of the council."
    )


def _note_pages(notes: Notes, services: Services) -> None:
    if services.said > services.listed > 0:
        why = f"are in these pages, of {services.said:,} that the list says it has."
        notes.add(_WHOLE_LIST, "", f"{services.listed:,} services", why, "Save the pages that are missing.")
    if services.passed_over:
        notes.add(_WHOLE_LIST, "", f"{services.passed_over:,} pages", "hold no services, and were passed over.")


class _Row:
    """One service as it becomes the row of an asset."""

    def __init__(self, said: Said, service: Part, own: Mapping[str, list[str]], options: ReadOptions) -> None:
        self.said, self.service, self.own, self.options = said, service, own, options
        self.places = locations_of(service)
        self.organisation: Part = next(parts(service, "organization", "organisation"), {})

    def read(self, scheme: str) -> OutsideRow | LeftOut:
        """Return the row, or why it is left out."""
        said, name = self.said, first_word(self.service, "name")
        said.put("name", name)
        if "name" not in said.values:
            return LeftOut(said.row, "", "has no name.")
        put_own(said, self.own)
        hidden = said.values.get("location_precision") == "hidden"
        if hidden or said.values.get("asset_type") == "domestic_abuse_refuge":
            return LeftOut(said.row, name, "is a confidential place: record it by hand.")
        self._identity(scheme)
        self._contact()
        self._place_and_times()
        for field, take in GUESSES.items():
            if field not in self.own:
                take(said, self.service, self.places)
        row = OutsideRow(said.row, said.values, self._words())
        closed = STATUSES.get(first_word(self.service, "status").casefold()) == "closed"
        if closed and "status" not in self.own:
            said.put("status", "closed")
            return LeftOut(said.row, name, "has closed, as the list says.", row)
        return row

    def _identity(self, scheme: str) -> None:
        said, service = self.said, self.service
        said.put("description", first_word(service, "description"))
        runs = first_word(self.organisation, "name") or first_word(service, "organization", "organisation")
        if runs.casefold() != said.values["name"].casefold():
            said.put("organisation", runs)
        self._organisation_number()
        if "other_names" not in self.own:
            said.put("other_names", [one_word(first_word(service, "alternate_name"))])
        key = identifier(service)
        if not key:
            said.note("external_ids", service.get("id"), "is no id: a later list will not find it by it.", "Check it.")
        ids = [f"{scheme}:{key}"] if key else []
        # The ids of other lists are claims; of this list's own a row has one, which is not for it to choose.
        claims = (one_word(value) for value in self.own.get("external_ids", []))
        said.put("external_ids", [*ids, *(claim for claim in claims if claim.partition(":")[0].casefold() != scheme)])
        self._dates()

    def _organisation_number(self) -> None:
        numbers = [_organisation_number(held) for held in parts(self.organisation, "organization_identifiers")]
        # Of several, a charity's number says most of who runs it.
        known = sorted(filter(None, dict.fromkeys(numbers)), key=lambda number: not number.startswith(_CHARITIES))
        self.said.put("organisation_number", known[0] if known else "")
        for other in known[1:]:
            self.said.note("organisation_number", other, "is a second number.", "It was left out: the first counts.")

    def _dates(self) -> None:
        said, extra = self.said, next(parts(self.service, "pc_metadata"), {})
        said.put("verified_on", first_word(self.service, "assured_date") or first_word(extra, "date_assured"))
        if said.values.get("verified_on", self.options.day) > self.options.day:
            said.note("verified_on", said.values.pop("verified_on"), "is still to come.")
        if "source_date" not in self.own:
            changed = first_word(self.service, *_CHANGED) or first_word(extra, *_CHANGED)
            day = _ISO_DAY.match(changed)
            said.put("source_date", day[0] if day else changed)

    def _contact(self) -> None:
        addresses = [first_word(self.service, "url"), first_word(self.organisation, "website", "url")]
        emails = [first_word(self.service, "email"), first_word(self.organisation, "email")]
        for field, values in (("website", addresses), ("email", emails), ("phone", self._phones())):
            for value in dict.fromkeys(values):
                if field not in self.said.values:
                    self.said.put(field, value)
                elif field == "phone":
                    shown = value if _NUMBER.search(value) else ""  # without a number it may name a person
                    self.said.note(field, shown, "is another number.", "It was left out: the first counts.")

    def _phones(self) -> Iterable[str]:
        """Give each number of the four places that may have one; contacts' names and mobile numbers stay behind."""
        holders = [self.service, *(part for pair in self.places for part in pair), self.organisation]
        for holder in holders:
            yield from _numbers(holder)
            for contact in parts(holder, "contacts"):
                of_a_person = is_personal_name(first_word(contact, "name"), self.said.known)
                for number in _numbers(contact):
                    if of_a_person and is_mobile(number):
                        self.said.note("phone", "", "is the mobile number of a person.")
                    else:
                        yield number

    def _place_and_times(self) -> None:
        link = put_place(self.said, self.places)
        put_areas(self.said, self.service)
        links = [link] if link is not None else [each for each, _ in self.places]
        schedules = [schedule for holder in (self.service, *links) for schedule in parts(holder, *_SCHEDULES)]
        put_times(self.said, schedules, self.options.day)

    def _words(self) -> tuple[str, ...]:
        values = self.said.values
        more = [values.get("organisation", ""), *words_of(self.service, "deliverable_type"), *other_terms(self.service)]
        more += words_of(self.service, "taxonomies", "name")
        for link in parts(self.service, "service_taxonomys"):
            more += (first_word(term, "name") for term in parts(link, "taxonomy"))
        kept = dict.fromkeys(word for word in more if word)
        # All of its description: the lines that are not kept may say what it is, or that it is a confidential place.
        return (values["name"], first_word(self.service, "description"), *list(kept)[:_MOST_WORDS])


def _organisation_number(held: Part) -> str:
    """Return a number with its register in front (org-id.guide), as far as the list says which register it is."""
    register = first_word(held, "identifier_scheme").upper()
    number = first_word(held, "identifier").upper().removeprefix(register).lstrip("-: ")
    kind = first_word(held, "identifier_type").casefold()
    if number and _REGISTER.fullmatch(register):
        return f"{register}-{number}"
    return number if not register and ("charity" in kind or "company" in kind) else ""


def _numbers(holder: Part) -> list[str]:
    """Take telephone numbers out of what stands around them: "Tel: 01632 960001 (day)"."""
    texts = (*words_of(holder, "phones", "number"), *words_of(holder, "phone", "number"))
    found = (number[0] if (number := _NUMBER.search(text)) else text for text in texts)
    return [" ".join(number.split()) for number in found]
