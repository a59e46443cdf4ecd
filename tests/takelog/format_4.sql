-- A take log of format 4, as Countoff wrote it at commit c42724b: a session with a whole take, a false start and a
-- cancelled one; another with two takes left open.
PRAGMA application_id = 1129268806;
PRAGMA journal_mode = WAL;
BEGIN TRANSACTION;
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
    
    at_ns INTEGER NOT NULL,
    at_utc TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    clock_synchronised INTEGER NOT NULL CHECK (clock_synchronised IN (0, 1))

) STRICT;
INSERT INTO "certificates" VALUES(1,'a1','by counters',0,'1 GAP BAR 33','1 gap of 3.1 ms at bar 33.2','["The sound server reported 2 xruns."]','{"rate_hz": 48000, "rate_ppm": 0.0, "frames_due": 9446400, "frames_delivered": 9446251, "frames_lost": 149, "gaps": 1, "blocks": 0, "late_blocks": 0, "longest_wait_ms": 0.0, "longest_run_ms": 0.0, "server_xruns": 0, "underflow_flags": 0, "missed_clicks": 0, "epochs": [], "fifo": false, "memory_locked": false, "midi_sent": 0, "midi_late": 0, "midi_not_sent": 0, "midi_worst_late_ms": 0.0, "midi_lateness": [], "clock_ppm": null, "clock_uncertainty_ppm": null, "clock_over_s": null, "loopback_way_ms": null}',15000000000,'2026-11-22T09:45:15.000Z','rehearsal',1);
CREATE TABLE charts (
    hash TEXT PRIMARY KEY,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "charts" VALUES('1dc26f17d75043423a2be9a58b05d28300999d72e2bf2731187e271b601bbed3','title = "Harbour"
tempo = 113.7
meter = "4/4"

[[section]]
name = "Verse"
bars = 32
');
INSERT INTO "charts" VALUES('59ced8d1ed72f81bb04e7d3209a884ffe7664f8e45942943cfe7b3e876cfe5bd','title = "Harbour"
tempo = "105741/920"  # about 114.936
meter = "4/4"

[[section]]
name = "Verse"
bars = 32

[[section]]
name = "Bridge"
bars = 8

[[section]]
name = "Chorus"
bars = 24
');
INSERT INTO "charts" VALUES('77c591cc70e86b80070ff3d7ceebde29708deff74c7d6e9f4302981bdd9609c2','title = "Harbour"
tempo = 113.7
meter = "4/4"

[[section]]
name = "Verse"
bars = 32

[[section]]
name = "Bridge"
bars = 8

[[section]]
name = "Chorus"
bars = 24
');
CREATE TABLE click_levels (
    entry INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    level_db INTEGER NOT NULL,
    is_muted INTEGER NOT NULL CHECK (is_muted IN (0, 1)),
    
    at_ns INTEGER NOT NULL,
    at_utc TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    clock_synchronised INTEGER NOT NULL CHECK (clock_synchronised IN (0, 1))

) STRICT;
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
    
    at_ns INTEGER NOT NULL,
    at_utc TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    clock_synchronised INTEGER NOT NULL CHECK (clock_synchronised IN (0, 1))
,
    changed_at_ns INTEGER,
    changed_at_utc TEXT,
    changed_boot_id TEXT,
    changed_clock_synchronised INTEGER,
    taken_back_at_ns INTEGER,
    taken_back_at_utc TEXT,
    taken_back_boot_id TEXT,
    taken_back_clock_synchronised INTEGER
) STRICT;
INSERT INTO "flags" VALUES(1,'f1','a1','keeper','fix_here',1,7000,7,2,'VERSE 2',0,8000000000,'2026-11-22T09:45:08.000Z','rehearsal',1,9000000000,'2026-11-22T09:45:09.000Z','rehearsal',1,NULL,NULL,NULL,NULL);
INSERT INTO "flags" VALUES(2,'f2','a1','keeper','keeper',1,7000,7,2,'VERSE 2',0,10000000000,'2026-11-22T09:45:10.000Z','rehearsal',1,NULL,NULL,NULL,NULL,11000000000,'2026-11-22T09:45:11.000Z','rehearsal',1);
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
    
    at_ns INTEGER NOT NULL,
    at_utc TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    clock_synchronised INTEGER NOT NULL CHECK (clock_synchronised IN (0, 1))

) STRICT;
INSERT INTO "incidents" VALUES(1,'i1','a1','underrun','lost 128 frames',1,5000,5,1,12000000000,'2026-11-22T09:45:12.000Z','rehearsal',1);
INSERT INTO "incidents" VALUES(2,'i2','no such take','underrun','lost 128 frames',1,5000,5,1,30000000000,'2026-11-22T09:45:30.000Z','rehearsal',1);
CREATE TABLE presses (
    entry INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    pedal TEXT NOT NULL,
    gesture TEXT NOT NULL,
    phase TEXT NOT NULL,
    take_id TEXT,
    did TEXT NOT NULL,
    
    at_ns INTEGER NOT NULL,
    at_utc TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    clock_synchronised INTEGER NOT NULL CHECK (clock_synchronised IN (0, 1))

) STRICT;
INSERT INTO "presses" VALUES(1,'p1','roll','press','idle','a1','take 1',5000000000,'2026-11-22T09:45:05.000Z','rehearsal',1);
INSERT INTO "presses" VALUES(2,'p2','roll','press','idle',NULL,'take 1',26000000000,'2026-11-22T09:45:26.000Z','rehearsal',1);
CREATE TABLE sessions (
    entry INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    
    at_ns INTEGER NOT NULL,
    at_utc TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    clock_synchronised INTEGER NOT NULL CHECK (clock_synchronised IN (0, 1))

) STRICT;
INSERT INTO "sessions" VALUES(1,'day-1',2000000000,'2026-11-22T09:45:02.000Z','rehearsal',1);
INSERT INTO "sessions" VALUES(2,'day-2',22000000000,'2026-11-22T09:45:22.000Z','rehearsal',1);
CREATE TABLE song_choices (
    entry INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    song TEXT NOT NULL,
    section_index INTEGER NOT NULL,
    section TEXT NOT NULL,
    first_bar INTEGER NOT NULL,
    is_looped INTEGER NOT NULL CHECK (is_looped IN (0, 1)),
    last_take_id TEXT,
    
    at_ns INTEGER NOT NULL,
    at_utc TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    clock_synchronised INTEGER NOT NULL CHECK (clock_synchronised IN (0, 1))

) STRICT;
INSERT INTO "song_choices" VALUES(1,'day-1','Harbour',2,'Chorus',41,1,NULL,3000000000,'2026-11-22T09:45:03.000Z','rehearsal',1);
CREATE TABLE take_events (
    entry INTEGER PRIMARY KEY,
    take_id TEXT NOT NULL REFERENCES takes (id),
    event TEXT NOT NULL CHECK (
        event IN
        ('started', 'rolled', 'rejoined', 'silenced', 'ended', 'closed', 'interrupted')
    ),
    status TEXT NOT NULL CHECK (status IN ('counting_in', 'rolling', 'ring_out', 'ended', 'false_start', 'cancelled', 'interrupted')),
    how TEXT,
    epoch INTEGER,
    frame INTEGER,
    bar INTEGER,
    beat INTEGER,
    sample_rate_hz INTEGER,
    bar1_frame INTEGER,
    bar1_ns INTEGER,
    detail TEXT,
    
    at_ns INTEGER NOT NULL,
    at_utc TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    clock_synchronised INTEGER NOT NULL CHECK (clock_synchronised IN (0, 1))

) STRICT;
INSERT INTO "take_events" VALUES(1,'a1','started','counting_in',NULL,1,1000,NULL,NULL,48000,203622,8300000000,NULL,4000000000,'2026-11-22T09:45:04.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(2,'a1','rolled','rolling',NULL,1,203622,NULL,NULL,NULL,NULL,NULL,NULL,6000000000,'2026-11-22T09:45:06.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(3,'a1','ended','ring_out','ended',1,64000,64,1,NULL,NULL,NULL,NULL,13000000000,'2026-11-22T09:45:13.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(4,'a1','closed','ended',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,14000000000,'2026-11-22T09:45:14.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(5,'a2','started','counting_in',NULL,1,1000,NULL,NULL,48000,203622,20300000000,NULL,16000000000,'2026-11-22T09:45:16.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(6,'a2','rolled','rolling',NULL,1,203622,NULL,NULL,NULL,NULL,NULL,NULL,17000000000,'2026-11-22T09:45:17.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(7,'a2','ended','false_start','false_start',1,2000,2,1,NULL,NULL,NULL,NULL,18000000000,'2026-11-22T09:45:18.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(8,'a2','closed','false_start',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,19000000000,'2026-11-22T09:45:19.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(9,'a3','started','counting_in',NULL,1,1000,NULL,NULL,48000,203622,24300000000,NULL,20000000000,'2026-11-22T09:45:20.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(10,'a3','ended','cancelled','cancelled',1,0,0,1,NULL,NULL,NULL,NULL,21000000000,'2026-11-22T09:45:21.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(11,'b1','started','counting_in',NULL,1,1000,NULL,NULL,48000,203622,27300000000,NULL,23000000000,'2026-11-22T09:45:23.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(12,'b1','rolled','rolling',NULL,1,203622,NULL,NULL,NULL,NULL,NULL,NULL,24000000000,'2026-11-22T09:45:24.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(13,'b2','started','counting_in',NULL,1,1000,NULL,NULL,48000,203622,31300000000,NULL,27000000000,'2026-11-22T09:45:27.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(14,'b2','rolled','rolling',NULL,1,203622,NULL,NULL,NULL,NULL,NULL,NULL,28000000000,'2026-11-22T09:45:28.000Z','rehearsal',1);
CREATE TABLE take_positions (
    take_id TEXT PRIMARY KEY REFERENCES takes (id),
    epoch INTEGER NOT NULL,
    frame INTEGER NOT NULL,
    bar INTEGER NOT NULL,
    beat INTEGER NOT NULL,
    
    at_ns INTEGER NOT NULL,
    at_utc TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    clock_synchronised INTEGER NOT NULL CHECK (clock_synchronised IN (0, 1))

) STRICT, WITHOUT ROWID;
INSERT INTO "take_positions" VALUES('a1',1,7000,7,1,7000000000,'2026-11-22T09:45:07.000Z','rehearsal',1);
INSERT INTO "take_positions" VALUES('b1',1,5000,5,1,25000000000,'2026-11-22T09:45:25.000Z','rehearsal',1);
INSERT INTO "take_positions" VALUES('b2',1,7000,7,1,29000000000,'2026-11-22T09:45:29.000Z','rehearsal',1);
CREATE TABLE takes (
    entry INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    song TEXT NOT NULL,
    number INTEGER NOT NULL,
    tempo TEXT NOT NULL,
    meter TEXT NOT NULL,
    sample_rate_hz INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    first_click_frame INTEGER NOT NULL,
    bar1_frame INTEGER NOT NULL,
    first_click_ns INTEGER NOT NULL,
    bar1_ns INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('counting_in', 'rolling', 'ring_out', 'ended', 'false_start', 'cancelled', 'interrupted')),
    how TEXT CHECK (how IN ('ended', 'false_start', 'cancelled')),
    silenced_epoch INTEGER,
    silenced_frame INTEGER,
    end_epoch INTEGER,
    end_frame INTEGER,
    end_bar INTEGER,
    end_beat INTEGER,
    
    at_ns INTEGER NOT NULL,
    at_utc TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    clock_synchronised INTEGER NOT NULL CHECK (clock_synchronised IN (0, 1))

, is_free INTEGER NOT NULL DEFAULT 0 CHECK (is_free IN (0, 1)), start_section TEXT NOT NULL DEFAULT '', start_bar INTEGER NOT NULL DEFAULT 1, is_looped INTEGER NOT NULL DEFAULT 0 CHECK (is_looped IN (0, 1)), written_tempo TEXT NOT NULL DEFAULT '', tempo_ratio TEXT NOT NULL DEFAULT '1', count_in TEXT NOT NULL DEFAULT '', click_level_db INTEGER, click_is_muted INTEGER CHECK (click_is_muted IN (0, 1)), end_ns INTEGER, chart_hash TEXT REFERENCES charts (hash), told_note_ticks INTEGER NOT NULL DEFAULT 960) STRICT;
INSERT INTO "takes" VALUES(1,'a1','day-1','Harbour',1,'114.936','4/4',48000,1,1000,203622,4100000000,8300000000,'ended','ended',NULL,NULL,1,64000,64,1,4000000000,'2026-11-22T09:45:04.000Z','rehearsal',1,0,'Verse',1,0,'113.7','93/92','2 bars',0,0,13000000000,'59ced8d1ed72f81bb04e7d3209a884ffe7664f8e45942943cfe7b3e876cfe5bd',960);
INSERT INTO "takes" VALUES(2,'a2','day-1','Harbour',2,'113.7','4/4',48000,1,1000,203622,16100000000,20300000000,'false_start','false_start',NULL,NULL,1,2000,2,1,16000000000,'2026-11-22T09:45:16.000Z','rehearsal',1,0,'Verse',1,0,'113.7','1','2 bars',0,0,18000000000,'77c591cc70e86b80070ff3d7ceebde29708deff74c7d6e9f4302981bdd9609c2',960);
INSERT INTO "takes" VALUES(3,'a3','day-1','Night Bus; it''s "late"',1,'113.7','4/4',48000,1,1000,203622,20100000000,24300000000,'cancelled','cancelled',NULL,NULL,1,0,0,1,20000000000,'2026-11-22T09:45:20.000Z','rehearsal',1,0,'Verse',1,0,'113.7','1','2 bars',NULL,1,21000000000,'77c591cc70e86b80070ff3d7ceebde29708deff74c7d6e9f4302981bdd9609c2',960);
INSERT INTO "takes" VALUES(4,'b1','day-2','Harbour',3,'113.7','4/4',48000,1,1000,203622,23100000000,27300000000,'rolling',NULL,NULL,NULL,NULL,NULL,NULL,NULL,23000000000,'2026-11-22T09:45:23.000Z','rehearsal',1,0,'Verse',1,1,'113.7','1','2 bars',0,0,NULL,'1dc26f17d75043423a2be9a58b05d28300999d72e2bf2731187e271b601bbed3',960);
INSERT INTO "takes" VALUES(5,'b2','day-2','Harbour',4,'113.7','4/4',48000,1,1000,203622,27100000000,31300000000,'rolling',NULL,NULL,NULL,NULL,NULL,NULL,NULL,27000000000,'2026-11-22T09:45:27.000Z','rehearsal',1,0,'Verse',1,0,'113.7','1','2 bars',0,0,NULL,'77c591cc70e86b80070ff3d7ceebde29708deff74c7d6e9f4302981bdd9609c2',960);
CREATE TABLE tempo_changes (
    entry INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL REFERENCES sessions (id),
    song TEXT NOT NULL,
    ratio TEXT NOT NULL,
    tempo TEXT NOT NULL,
    
    at_ns INTEGER NOT NULL,
    at_utc TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    clock_synchronised INTEGER NOT NULL CHECK (clock_synchronised IN (0, 1))

) STRICT;
INSERT INTO "tempo_changes" VALUES(1,'day-1','Harbour','93/92','114.936',1000000000,'2026-11-22T09:45:01.000Z','rehearsal',1);
CREATE TABLE writers (
    entry INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    saved_count INTEGER NOT NULL,
    
    at_ns INTEGER NOT NULL,
    at_utc TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    clock_synchronised INTEGER NOT NULL CHECK (clock_synchronised IN (0, 1))

) STRICT;
INSERT INTO "writers" VALUES(1,'63cc0e7f-b3f6-4e8b-93d7-59cc04f4f21e',15,15000000000,'2026-11-22T09:45:15.000Z','rehearsal',1);
INSERT INTO "writers" VALUES(2,'dbe7cb93-4c26-4659-a62e-d822b7e65a27',6,21000000000,'2026-11-22T09:45:21.000Z','rehearsal',1);
INSERT INTO "writers" VALUES(3,'2ee7ba1e-8f62-4441-8ee1-1c8d90ec5991',9,30000000000,'2026-11-22T09:45:30.000Z','rehearsal',1);
CREATE INDEX takes_by_song ON takes (song, number);
CREATE INDEX takes_by_number ON takes (number);
CREATE INDEX takes_by_session ON takes (session_id);
CREATE INDEX takes_open ON takes (status) WHERE status IN ('counting_in', 'rolling', 'ring_out');
CREATE INDEX take_events_by_take ON take_events (take_id);
CREATE INDEX flags_by_take ON flags (take_id);
CREATE INDEX presses_by_take ON presses (take_id);
CREATE INDEX incidents_by_take ON incidents (take_id);
CREATE INDEX tempo_changes_by_session ON tempo_changes (session_id);
CREATE INDEX click_levels_by_session ON click_levels (session_id);
CREATE INDEX song_choices_by_session ON song_choices (session_id);
COMMIT;
PRAGMA user_version = 4;
