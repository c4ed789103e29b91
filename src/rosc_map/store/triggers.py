"""The triggers that write the history, so that an edit made in QGIS is recorded like any other.

One row of history is a field that changed; a row that was added or removed is kept whole, as JSON. Of a hidden asset
nothing of its place is kept, and when an asset becomes hidden its texts of before go from the history too, since they
may tell of it (METHODS §4).
"""

from rosc_map.records import ALWAYS_HIDDEN, SHOWN_PRECISIONS, Asset, Kind
from rosc_map.store.tables import TABLES

__all__ = ["FREE_TEXT_FIELDS", "PLACE_FIELDS", "trigger_statements"]

_PLACE_DERIVED = ("easting", "northing", "local_authority_code")
PLACE_FIELDS = ("address", "postcode", "latitude", "longitude", *_PLACE_DERIVED, "geom")
"""What of an asset is finer than a hidden one may have: never in the history of such a one."""

FREE_TEXT_FIELDS = tuple(
    name
    for name, spec in Asset.specs().items()
    if spec.kind in (Kind.TEXT, Kind.LONG_TEXT, Kind.LIST, Kind.SESSIONS) and name not in (*PLACE_FIELDS, "id")
)
"""The other texts of an asset, which may tell of a place while it is not hidden."""

_NOT_RECORDED = ("fid", "geom", "version")
_COLUMNS_AT_ONCE = 20  # a function of SQLite takes at most 100 arguments, or 127

# With the assets that were merged into it.
_OF_THE_ASSET = (
    "table_name = 'assets' AND row_id IN (SELECT NEW.fid UNION SELECT other FROM rosc_map_merged WHERE kept = NEW.fid)"
)


def trigger_statements(dialect: str) -> list[str]:
    """Return the statements that make all triggers of a store: ``sqlite`` or ``postgresql``."""
    return _postgresql() if dialect == "postgresql" else _sqlite()


def _columns(table: str) -> list[str]:
    shape = next(shape for shape in TABLES.values() if shape.name == table)
    return [column.name for column in shape.columns if column.name not in _NOT_RECORDED]


def _hidden(row: str, dot: str = ".", end: str = "") -> str:
    """Return :func:`rosc_map.records.is_hidden` as SQL, of a row or (``->>'`` and ``'``) of its JSON."""
    precision, kind = (f"{row}{dot}{name}{end}" for name in ("location_precision", "asset_type"))
    shown, always = _words(SHOWN_PRECISIONS), _words(ALWAYS_HIDDEN)
    return f"(coalesce({precision}, 'exact') NOT IN ({shown}) OR coalesce({kind}, '') IN ({always}))"


def _words(fields: tuple[str, ...]) -> str:
    return ", ".join(f"'{field}'" for field in fields)


# SQLite ------------------------------------------------------------------------------------------------------------

_SQLITE_HEAD = (
    "INSERT INTO rosc_map_history (change_id, at, table_name, row_id, operation, field, was, now) "
    "SELECT (SELECT change_id FROM rosc_map_current), strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), "
)
_UUID4 = (
    "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' || "
    "substr('89ab', 1 + abs(random() % 4), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))"
)


def _sqlite() -> list[str]:
    made = []
    for shape in TABLES.values():
        name = shape.name
        made += [
            _sqlite_trigger(name, "insert", f"'insert', NULL, NULL, {_sqlite_row(name, 'NEW')}", "NEW"),
            _sqlite_trigger(name, "delete", f"'delete', NULL, {_sqlite_row(name, 'OLD')}, NULL", "OLD"),
            _sqlite_update(name),
        ]
    return [*made, *_sqlite_assets()]


def _sqlite_trigger(table: str, event: str, values: str, row: str) -> str:
    return (
        f'CREATE TRIGGER "rosc_map_{table}_{event}" AFTER {event.upper()} ON "{table}" BEGIN '
        f"{_SQLITE_HEAD}'{table}', {row}.fid, {values}; END"
    )


def _sqlite_row(table: str, row: str) -> str:
    """Return the expression for a whole row as JSON without what is empty, and without the place of a hidden asset."""
    columns = _columns(table)
    patched = "'{}'"
    for start in range(0, len(columns), _COLUMNS_AT_ONCE):
        pairs = ", ".join(
            f"'{name}', {_sqlite_value(table, name, row)}" for name in columns[start : start + _COLUMNS_AT_ONCE]
        )
        patched = f"json_patch({patched}, json_object({pairs}))"
    return patched


def _sqlite_value(table: str, name: str, row: str) -> str:
    value = f'{row}."{name}"'
    if table == "assets" and name in PLACE_FIELDS:
        return f"CASE WHEN {_hidden(row)} THEN NULL ELSE {value} END"
    return value


def _sqlite_update(table: str) -> str:
    parts = [
        f'SELECT \'{name}\' AS field, json_quote(OLD."{name}") AS was, json_quote(NEW."{name}") AS now'
        for name in _columns(table)
    ]
    was = now = ""
    if table == "assets":
        # A point that another program moved: ours are written with latitude and longitude, which tell the same.
        moved = "NEW.latitude IS OLD.latitude AND NEW.longitude IS OLD.longitude"
        parts.append(f"SELECT 'geom', hex(OLD.geom), hex(NEW.geom) WHERE {moved}")
        place, text = _words(PLACE_FIELDS), _words(FREE_TEXT_FIELDS)
        secret = f"(field IN ({place}) AND ({_hidden('OLD')} OR {_hidden('NEW')}))"
        told = f"(field IN ({text}) AND {_hidden('NEW')} AND NOT {_hidden('OLD')})"
        was = f"CASE WHEN {secret} OR {told} OR field = 'geom' THEN NULL ELSE was END"
        now = f"CASE WHEN {_hidden('NEW')} AND field IN ({place}) OR field = 'geom' THEN NULL ELSE now END"
    return (
        f'CREATE TRIGGER "rosc_map_{table}_update" AFTER UPDATE ON "{table}" BEGIN '
        f"{_SQLITE_HEAD}'{table}', NEW.fid, 'update', field, {was or 'was'}, {now or 'now'} "
        f"FROM ({' UNION ALL '.join(parts)}) WHERE was IS NOT now; END"
    )


def _sqlite_assets() -> list[str]:
    wiped = _words((*FREE_TEXT_FIELDS, *PLACE_FIELDS))
    paths = ", ".join(f"'$.{field}'" for field in (*PLACE_FIELDS, *FREE_TEXT_FIELDS))
    identify = f"UPDATE assets SET id = {_UUID4} WHERE fid = NEW.fid"
    count = "UPDATE assets SET version = coalesce(OLD.version, 0) + 1 WHERE fid = NEW.fid"
    forget = (
        f"UPDATE rosc_map_history SET was = NULL, now = NULL WHERE {_OF_THE_ASSET} "
        f"AND operation = 'update' AND field IN ({wiped}); "
        f"UPDATE rosc_map_history SET was = json_remove(was, {paths}), now = json_remove(now, {paths}) "
        f"WHERE {_OF_THE_ASSET} AND operation <> 'update'; "
        # QGIS writes the extent of the layer here: with few points in it, that is where they are.
        "UPDATE gpkg_contents SET min_x = NULL, min_y = NULL, max_x = NULL, max_y = NULL WHERE table_name = 'assets'"
    )
    becomes_hidden = f"{_hidden('NEW')} AND NOT {_hidden('OLD')}"
    made = (
        ("id", "INSERT", "NEW.id IS NULL", identify),
        ("version", "UPDATE", "NEW.version IS OLD.version", count),
        ("hidden", "UPDATE", becomes_hidden, forget),
    )
    return [
        f'CREATE TRIGGER "rosc_map_assets_{name}" AFTER {event} ON assets WHEN {when} BEGIN {does}; END'
        for name, event, when, does in made
    ]


# PostgreSQL --------------------------------------------------------------------------------------------------------


def _postgresql() -> list[str]:
    each = (
        f'CREATE TRIGGER "rosc_map_{shape.name}" AFTER INSERT OR UPDATE OR DELETE ON "{shape.name}" '
        "FOR EACH ROW EXECUTE FUNCTION rosc_map_record()"
        for shape in TABLES.values()
    )
    before = (
        'CREATE TRIGGER "rosc_map_assets_before" BEFORE INSERT OR UPDATE ON assets '
        "FOR EACH ROW EXECUTE FUNCTION rosc_map_before()"
    )
    return [_postgresql_record(), _postgresql_before(), *each, before]


def _postgresql_before() -> str:
    return """
CREATE OR REPLACE FUNCTION rosc_map_before() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NEW.id IS NULL THEN NEW.id := gen_random_uuid()::text; END IF;
  IF TG_OP = 'UPDATE' AND NEW.version = OLD.version THEN NEW.version := OLD.version + 1; END IF;
  RETURN NEW;
END $$"""


def _postgresql_record() -> str:
    place, text = _words(PLACE_FIELDS), _words(FREE_TEXT_FIELDS)
    return f"""
CREATE OR REPLACE FUNCTION rosc_map_record() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  change bigint := nullif(current_setting('rosc_map.change', true), '')::bigint;
  moment text := to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  place text[] := ARRAY[{place}];
  told text[] := ARRAY[{text}];
  old_ jsonb; new_ jsonb; hid_old boolean := false; hid_new boolean := false; moved boolean := false;
BEGIN
  IF TG_OP <> 'INSERT' THEN old_ := to_jsonb(OLD) - 'fid' - 'geom' - 'version'; END IF;
  IF TG_OP <> 'DELETE' THEN new_ := to_jsonb(NEW) - 'fid' - 'geom' - 'version'; END IF;
  IF TG_TABLE_NAME = 'assets' THEN
    hid_old := old_ IS NOT NULL AND {_hidden("old_", "->>'", "'")};
    hid_new := new_ IS NOT NULL AND {_hidden("new_", "->>'", "'")};
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF hid_new THEN new_ := new_ - place; END IF;
    INSERT INTO rosc_map_history (change_id, at, table_name, row_id, operation, now)
      VALUES (change, moment, TG_TABLE_NAME, NEW.fid, 'insert', jsonb_strip_nulls(new_)::text);
    RETURN NULL;
  END IF;
  IF TG_OP = 'DELETE' THEN
    IF hid_old THEN old_ := old_ - place; END IF;
    INSERT INTO rosc_map_history (change_id, at, table_name, row_id, operation, was)
      VALUES (change, moment, TG_TABLE_NAME, OLD.fid, 'delete', jsonb_strip_nulls(old_)::text);
    RETURN NULL;
  END IF;
  INSERT INTO rosc_map_history (change_id, at, table_name, row_id, operation, field, was, now)
    SELECT change, moment, TG_TABLE_NAME, NEW.fid, 'update', n.key,
      CASE WHEN n.key = ANY (place) AND (hid_old OR hid_new) OR n.key = ANY (told) AND hid_new AND NOT hid_old
        THEN NULL ELSE old_[n.key]::text END,
      CASE WHEN n.key = ANY (place) AND hid_new THEN NULL ELSE n.value::text END
    FROM jsonb_each(new_) AS n WHERE old_[n.key] IS DISTINCT FROM n.value;
  IF TG_TABLE_NAME = 'assets' THEN
    moved := (old_->>'latitude') IS NOT DISTINCT FROM (new_->>'latitude')
      AND (old_->>'longitude') IS NOT DISTINCT FROM (new_->>'longitude') AND OLD.geom IS DISTINCT FROM NEW.geom;
    IF moved THEN
      INSERT INTO rosc_map_history (change_id, at, table_name, row_id, operation, field)
        VALUES (change, moment, 'assets', NEW.fid, 'update', 'geom');
    END IF;
    IF hid_new AND NOT hid_old THEN
      UPDATE rosc_map_history SET was = NULL, now = NULL
        WHERE {_OF_THE_ASSET} AND operation = 'update' AND field = ANY (place || told);
      UPDATE rosc_map_history
        SET was = (was::jsonb - place - told)::text, now = (now::jsonb - place - told)::text
        WHERE {_OF_THE_ASSET} AND operation <> 'update';
    END IF;
  END IF;
  RETURN NULL;
END $$"""
