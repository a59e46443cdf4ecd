"""The tables of the take log's file, format by format: each is made from the one before it.

A file of today is made by going through all of them, so that an old log that was brought up to date
and a new one have the same tables. A format that has been in use is never edited again. Pure.
"""

from __future__ import annotations

OPEN_STATUSES = ("counting_in", "rolling", "ring_out")
"""A take found in one of these at start-up was interrupted."""

STATUSES = (*OPEN_STATUSES, "ended", "false_start", "cancelled", "interrupted")

# Columns of every row: what happened when, and how far the wall clock's label can be believed.
_STAMP = """
    at_ns INTEGER NOT NULL,
    at_utc TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    clock_synchronised INTEGER NOT NULL CHECK (clock_synchronised IN (0, 1))
"""

_STATUS = "TEXT NOT NULL CHECK (status IN ({}))".format(", ".join(f"'{s}'" for s in STATUSES))
_OPEN = "status IN ({})".format(", ".join(f"'{s}'" for s in OPEN_STATUSES))

# `entry` is the order of writing. Presses and incidents may name a take that this file does not hold
# (a file begun in the middle of a take): what happened is written down all the same. A frame is one of
# the stream whose epoch stands beside it; where a stream has bar 1 of a take, the events 'started' and
# 'rejoined' say.
_FORMAT_1 = f"""
CREATE TABLE writers (
    entry INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    saved_count INTEGER NOT NULL,
    {_STAMP}
) STRICT;

CREATE TABLE sessions (
    entry INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    {_STAMP}
) STRICT;

CREATE TABLE takes (
    entry INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    song TEXT NOT NULL,
    number INTEGER NOT NULL,
    tempo TEXT NOT NULL,
    meter TEXT NOT NULL,
    count_in_bars INTEGER NOT NULL,
    sample_rate_hz INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    first_click_frame INTEGER NOT NULL,
    bar1_frame INTEGER NOT NULL,
    first_click_ns INTEGER NOT NULL,
    bar1_ns INTEGER NOT NULL,
    status {_STATUS},
    how TEXT CHECK (how IN ('ended', 'false_start', 'cancelled')),
    silenced_epoch INTEGER,
    silenced_frame INTEGER,
    end_epoch INTEGER,
    end_frame INTEGER,
    end_bar INTEGER,
    end_beat INTEGER,
    {_STAMP}
) STRICT;
CREATE INDEX takes_by_song ON takes (song, number);
CREATE INDEX takes_by_number ON takes (number);
CREATE INDEX takes_by_session ON takes (session_id);
CREATE INDEX takes_open ON takes (status) WHERE {_OPEN};

CREATE TABLE take_events (
    entry INTEGER PRIMARY KEY,
    take_id TEXT NOT NULL REFERENCES takes (id),
    event TEXT NOT NULL CHECK (
        event IN
        ('started', 'rolled', 'rejoined', 'silenced', 'ended', 'closed', 'interrupted')
    ),
    status {_STATUS},
    how TEXT,
    epoch INTEGER,
    frame INTEGER,
    bar INTEGER,
    beat INTEGER,
    sample_rate_hz INTEGER,
    bar1_frame INTEGER,
    bar1_ns INTEGER,
    detail TEXT,
    {_STAMP}
) STRICT;
CREATE INDEX take_events_by_take ON take_events (take_id);

CREATE TABLE take_positions (
    take_id TEXT PRIMARY KEY REFERENCES takes (id),
    epoch INTEGER NOT NULL,
    frame INTEGER NOT NULL,
    bar INTEGER NOT NULL,
    beat INTEGER NOT NULL,
    {_STAMP}
) STRICT, WITHOUT ROWID;

CREATE TABLE flags (
    entry INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    take_id TEXT NOT NULL REFERENCES takes (id),
    made_kind TEXT NOT NULL CHECK (made_kind IN ('keeper', 'fix_here', 'no_good', 'marker')),
    kind TEXT NOT NULL CHECK (kind IN ('keeper', 'fix_here', 'no_good', 'marker')),
    epoch INTEGER,
    frame INTEGER,
    bar INTEGER,
    beat INTEGER,
    section TEXT,
    whole_take INTEGER NOT NULL CHECK (whole_take IN (0, 1)),
    {_STAMP},
    changed_at_ns INTEGER,
    changed_at_utc TEXT,
    changed_boot_id TEXT,
    changed_clock_synchronised INTEGER,
    taken_back_at_ns INTEGER,
    taken_back_at_utc TEXT,
    taken_back_boot_id TEXT,
    taken_back_clock_synchronised INTEGER
) STRICT;
CREATE INDEX flags_by_take ON flags (take_id);

CREATE TABLE presses (
    entry INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    pedal TEXT NOT NULL,
    gesture TEXT NOT NULL,
    phase TEXT NOT NULL,
    take_id TEXT,
    did TEXT NOT NULL,
    {_STAMP}
) STRICT;
CREATE INDEX presses_by_take ON presses (take_id);

CREATE TABLE incidents (
    entry INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    take_id TEXT,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,
    epoch INTEGER,
    frame INTEGER,
    bar INTEGER,
    beat INTEGER,
    {_STAMP}
) STRICT;
CREATE INDEX incidents_by_take ON incidents (take_id);
"""

# What a song is like when it is played: from where, how fast today, how loud. `count_in` is in words;
# `tempo_ratio` is exact ("93/92"); a level is null where the click was muted, and where nobody knows
# it any more: then `click_is_muted` is null too. A song without tempo (`is_free`) has no bars: bar
# and beat are 0 everywhere. A chart is the song as it was played, as the text of a song file, each
# kept once, by the SHA-256 of its text. `end_ns` is host time in the boot of the take.
_FORMAT_2 = f"""
CREATE TABLE charts (
    hash TEXT PRIMARY KEY,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE takes ADD COLUMN is_free INTEGER NOT NULL DEFAULT 0 CHECK (is_free IN (0, 1));
ALTER TABLE takes ADD COLUMN start_section TEXT NOT NULL DEFAULT '';
ALTER TABLE takes ADD COLUMN start_bar INTEGER NOT NULL DEFAULT 1;
ALTER TABLE takes ADD COLUMN is_looped INTEGER NOT NULL DEFAULT 0 CHECK (is_looped IN (0, 1));
ALTER TABLE takes ADD COLUMN written_tempo TEXT NOT NULL DEFAULT '';
ALTER TABLE takes ADD COLUMN tempo_ratio TEXT NOT NULL DEFAULT '1';
ALTER TABLE takes ADD COLUMN count_in TEXT NOT NULL DEFAULT '';
ALTER TABLE takes ADD COLUMN click_level_db INTEGER;
ALTER TABLE takes ADD COLUMN click_is_muted INTEGER CHECK (click_is_muted IN (0, 1));
ALTER TABLE takes ADD COLUMN end_ns INTEGER;
ALTER TABLE takes ADD COLUMN chart_hash TEXT REFERENCES charts (hash);
UPDATE takes SET
    written_tempo = tempo,
    end_ns = (
        SELECT at_ns FROM take_events WHERE take_id = takes.id AND event = 'ended'
        ORDER BY take_events.entry LIMIT 1
    ),
    count_in = CASE count_in_bars
        WHEN 0 THEN 'none' WHEN 1 THEN '1 bar' ELSE count_in_bars || ' bars' END;
ALTER TABLE takes DROP COLUMN count_in_bars;

CREATE TABLE tempo_changes (
    entry INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    song TEXT NOT NULL,
    ratio TEXT NOT NULL,
    tempo TEXT NOT NULL,
    {_STAMP}
) STRICT;
CREATE INDEX tempo_changes_by_session ON tempo_changes (session_id);

CREATE TABLE click_levels (
    entry INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    level_db INTEGER NOT NULL,
    is_muted INTEGER NOT NULL CHECK (is_muted IN (0, 1)),
    {_STAMP}
) STRICT;
CREATE INDEX click_levels_by_session ON click_levels (session_id);
"""  # noqa: S608 - made of our own words only

# What is said of a take's click, once for each take, soon after it was closed or found interrupted; takes
# from before have none. `words` are for a screen, `summary` is in full, `notes` are what was no fault: a
# JSON list of sentences. `figures` is a JSON object of numbers, whose names carry their units. Like an
# incident, it may name a take that this file does not hold.
_FORMAT_3 = f"""
CREATE TABLE certificates (
    entry INTEGER PRIMARY KEY,
    take_id TEXT NOT NULL UNIQUE,
    grade TEXT NOT NULL CHECK (
        grade IN ('by counters', 'verified by loopback', 'not certified')
    ),
    is_clean INTEGER NOT NULL CHECK (is_clean IN (0, 1)),
    words TEXT NOT NULL,
    summary TEXT NOT NULL,
    notes TEXT NOT NULL,
    figures TEXT NOT NULL,
    {_STAMP}
) STRICT;
"""

# What takes were to be of from then on, and from where. `last_take_id` is the latest take of that session
# at that moment: a later one tells itself what was chosen for it. The tempos of a take stay in quarter notes a
# minute; `told_note_ticks` is the note in which people were told them, 960 ticks to the quarter.
_FORMAT_4 = f"""
ALTER TABLE takes ADD COLUMN told_note_ticks INTEGER NOT NULL DEFAULT 960;

CREATE TABLE song_choices (
    entry INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    song TEXT NOT NULL,
    section_index INTEGER NOT NULL,
    section TEXT NOT NULL,
    first_bar INTEGER NOT NULL,
    is_looped INTEGER NOT NULL CHECK (is_looped IN (0, 1)),
    last_take_id TEXT,
    {_STAMP}
) STRICT;
CREATE INDEX song_choices_by_session ON song_choices (session_id);
"""

# What the DAW has said of a take. Takes from before could not be answered: what is said of them is that
# the DAW was not seen to record. `gap_bar` and `gap_beat` are where it said so no more for the first
# time; `proves_arming` is whether its word means that a track was armed, too. `answered_ns` is the host
# time, in the boot of the take, of its first word that it records, and `roll_delay_ns` how long after the
# command that was. `daw_bar1_s` is where on its timeline the song's bar 1 lies, in the seconds that it
# displays, and `daw_bar1_from` how that is known. A take that `began_at_daw` has no click. The event
# 'moved' says where a count-in lies that waited for the DAW.
_FORMAT_5 = f"""
ALTER TABLE takes ADD COLUMN daw_can_answer INTEGER NOT NULL DEFAULT 0 CHECK (daw_can_answer IN (0, 1));
ALTER TABLE takes ADD COLUMN began_at_daw INTEGER NOT NULL DEFAULT 0 CHECK (began_at_daw IN (0, 1));
ALTER TABLE takes ADD COLUMN verdict TEXT NOT NULL DEFAULT 'not_seen'
    CHECK (verdict IN ('recorded', 'not_seen', 'gap'));
ALTER TABLE takes ADD COLUMN gap_bar INTEGER;
ALTER TABLE takes ADD COLUMN gap_beat INTEGER;
ALTER TABLE takes ADD COLUMN proves_arming INTEGER NOT NULL DEFAULT 0 CHECK (proves_arming IN (0, 1));
ALTER TABLE takes ADD COLUMN answered_ns INTEGER;
ALTER TABLE takes ADD COLUMN roll_delay_ns INTEGER;
ALTER TABLE takes ADD COLUMN daw_bar1_s REAL;
ALTER TABLE takes ADD COLUMN daw_bar1_from TEXT;

CREATE TABLE take_events_of_5 (
    entry INTEGER PRIMARY KEY,
    take_id TEXT NOT NULL REFERENCES takes (id),
    event TEXT NOT NULL CHECK (
        event IN
        ('started', 'rolled', 'rejoined', 'silenced', 'ended', 'closed', 'interrupted',
        'moved', 'answered', 'placed', 'judged')
    ),
    status {_STATUS},
    how TEXT,
    epoch INTEGER,
    frame INTEGER,
    bar INTEGER,
    beat INTEGER,
    sample_rate_hz INTEGER,
    bar1_frame INTEGER,
    bar1_ns INTEGER,
    detail TEXT,
    {_STAMP}
) STRICT;
INSERT INTO take_events_of_5 SELECT * FROM take_events;
DROP TABLE take_events;
ALTER TABLE take_events_of_5 RENAME TO take_events;
CREATE INDEX take_events_by_take ON take_events (take_id);
"""  # noqa: S608 - made of our own words only

# What people have said of takes, songs and sessions since: each edit is an entry of its own, laid over what it
# speaks of by whoever reads, and none is ever changed. `kind` is one of `edits.EditKind`, `value` is JSON whose
# form the kind tells; a later one of the same kind and place counts, or is added, as its kind tells. One that
# `undoes` another has the take, song, section and session of that one, so that both are found together; an
# undo can be undone. Like an incident, an edit may name a take that this file does not hold.
_FORMAT_6 = f"""
CREATE TABLE edits (
    entry INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    session_id TEXT,
    take_id TEXT,
    song TEXT,
    section_index INTEGER,
    value TEXT NOT NULL,
    undoes TEXT REFERENCES edits (id),
    {_STAMP},
    CHECK ((kind = 'undo') = (undoes IS NOT NULL))
) STRICT;
CREATE INDEX edits_by_take ON edits (take_id) WHERE take_id IS NOT NULL;
CREATE INDEX edits_by_session ON edits (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX edits_by_kind ON edits (kind, song);
"""

# What the wall clock read once it was right: a row's stamp is one moment as host time and as its label, and
# tells when everything else of that boot was. An older log begins with what its rows tell of each boot.
_FORMAT_7 = f"""
CREATE TABLE wall_clock_readings (
    entry INTEGER PRIMARY KEY,
    {_STAMP}
) STRICT;
CREATE INDEX wall_clock_readings_by_boot ON wall_clock_readings (boot_id, at_ns);
CREATE INDEX takes_by_label ON takes (at_utc);
CREATE INDEX takes_in_doubt ON takes (boot_id) WHERE clock_synchronised = 0;
INSERT INTO wall_clock_readings (at_ns, at_utc, boot_id, clock_synchronised)
    SELECT min(at_ns), at_utc, boot_id, 1 FROM takes
    WHERE clock_synchronised = 1 GROUP BY boot_id
    UNION
    SELECT at_ns, at_utc, boot_id, 1 FROM writers WHERE clock_synchronised = 1
    ORDER BY 3, 1;
"""  # noqa: S608 - made of our own words only

FORMATS = (_FORMAT_1, _FORMAT_2, _FORMAT_3, _FORMAT_4, _FORMAT_5, _FORMAT_6, _FORMAT_7)
"""The statements that make each format from the one before it; the first from an empty file."""
