-- A take log of format 1, as Countoff wrote it at commit 3f01fdb: a session with a take that changed
-- streams, a cancelled one and a false start; another with an interrupted take and one left open.
PRAGMA application_id = 1129268806;
PRAGMA journal_mode = WAL;
BEGIN TRANSACTION;
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
INSERT INTO "flags" VALUES(1,'f1','a1','keeper','fix_here',1,7000,7,2,'VERSE 2',0,8000000000,'2026-11-22T09:45:08.000Z','rehearsal',1,10000000000,'2026-11-22T09:45:10.000Z','rehearsal',1,NULL,NULL,NULL,NULL);
INSERT INTO "flags" VALUES(2,'f2','a1','keeper','keeper',1,7000,7,2,'VERSE 2',0,9000000000,'2026-11-22T09:45:09.000Z','rehearsal',1,NULL,NULL,NULL,NULL,11000000000,'2026-11-22T09:45:11.000Z','rehearsal',1);
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
INSERT INTO "presses" VALUES(1,'p1','roll','press','idle','a1','take 1',2000000000,'2026-11-22T09:45:02.000Z','rehearsal',1);
INSERT INTO "presses" VALUES(2,'p2','roll','press','idle',NULL,'take 1',27000000000,'2026-11-22T09:45:27.000Z','rehearsal',1);
CREATE TABLE sessions (
    entry INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    
    at_ns INTEGER NOT NULL,
    at_utc TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    clock_synchronised INTEGER NOT NULL CHECK (clock_synchronised IN (0, 1))

) STRICT;
INSERT INTO "sessions" VALUES(1,'day-1',1000000000,'2026-11-22T09:45:01.000Z','rehearsal',1);
INSERT INTO "sessions" VALUES(2,'day-2',23000000000,'2026-11-22T09:45:23.000Z','rehearsal',1);
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
INSERT INTO "take_events" VALUES(1,'a1','started','counting_in',NULL,1,1000,NULL,NULL,48000,203622,7300000000,NULL,3000000000,'2026-11-22T09:45:03.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(2,'a1','rejoined','counting_in',NULL,2,511,9,3,44100,-700123,4000000000,NULL,4000000000,'2026-11-22T09:45:04.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(3,'a1','rolled','rolling',NULL,1,203622,NULL,NULL,NULL,NULL,NULL,NULL,5000000000,'2026-11-22T09:45:05.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(4,'a1','ended','ring_out','ended',1,41000,41,1,NULL,NULL,NULL,NULL,13000000000,'2026-11-22T09:45:13.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(5,'a1','closed','ended',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,14000000000,'2026-11-22T09:45:14.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(6,'a2','started','counting_in',NULL,1,1000,NULL,NULL,48000,203622,19300000000,NULL,15000000000,'2026-11-22T09:45:15.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(7,'a2','ended','cancelled','cancelled',1,0,0,1,NULL,NULL,NULL,NULL,16000000000,'2026-11-22T09:45:16.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(8,'a2','closed','cancelled',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,17000000000,'2026-11-22T09:45:17.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(9,'a3','started','counting_in',NULL,1,1000,NULL,NULL,48000,203622,22300000000,NULL,18000000000,'2026-11-22T09:45:18.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(10,'a3','rolled','rolling',NULL,1,203622,NULL,NULL,NULL,NULL,NULL,NULL,19000000000,'2026-11-22T09:45:19.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(11,'a3','silenced','rolling',NULL,1,4444,NULL,NULL,NULL,NULL,NULL,NULL,20000000000,'2026-11-22T09:45:20.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(12,'a3','ended','false_start','false_start',1,2000,2,1,NULL,NULL,NULL,NULL,21000000000,'2026-11-22T09:45:21.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(13,'a3','closed','false_start',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,22000000000,'2026-11-22T09:45:22.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(14,'b1','started','counting_in',NULL,1,1000,NULL,NULL,48000,203622,28300000000,NULL,24000000000,'2026-11-22T09:45:24.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(15,'b1','rolled','rolling',NULL,1,203622,NULL,NULL,NULL,NULL,NULL,NULL,25000000000,'2026-11-22T09:45:25.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(16,'b1','interrupted','interrupted',NULL,1,21000,21,3,NULL,NULL,NULL,'found open at the start of run run 7',26000000000,'2026-11-22T09:45:26.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(17,'b2','started','counting_in',NULL,1,1000,NULL,NULL,48000,203622,32300000000,NULL,28000000000,'2026-11-22T09:45:28.000Z','rehearsal',1);
INSERT INTO "take_events" VALUES(18,'b2','rolled','rolling',NULL,1,203622,NULL,NULL,NULL,NULL,NULL,NULL,29000000000,'2026-11-22T09:45:29.000Z','rehearsal',1);
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
INSERT INTO "take_positions" VALUES('a1',1,4000,4,1,7000000000,'2026-11-22T09:45:07.000Z','rehearsal',1);
INSERT INTO "take_positions" VALUES('b1',1,21000,21,3,26000000000,'2026-11-22T09:45:26.000Z','rehearsal',1);
INSERT INTO "take_positions" VALUES('b2',1,7000,7,2,30000000000,'2026-11-22T09:45:30.000Z','rehearsal',1);
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

) STRICT;
INSERT INTO "takes" VALUES(1,'a1','day-1','Harbour',1,'113.7','4/4',2,48000,1,1000,203622,3100000000,7300000000,'ended','ended',NULL,NULL,1,41000,41,1,3000000000,'2026-11-22T09:45:03.000Z','rehearsal',1);
INSERT INTO "takes" VALUES(2,'a2','day-1','Harbour',2,'113.7','4/4',2,48000,1,1000,203622,15100000000,19300000000,'cancelled','cancelled',NULL,NULL,1,0,0,1,15000000000,'2026-11-22T09:45:15.000Z','rehearsal',1);
INSERT INTO "takes" VALUES(3,'a3','day-1','Night Bus; it''s "late"',1,'113.7','4/4',2,48000,1,1000,203622,18100000000,22300000000,'false_start','false_start',1,4444,1,2000,2,1,18000000000,'2026-11-22T09:45:18.000Z','rehearsal',1);
INSERT INTO "takes" VALUES(4,'b1','day-2','Harbour',3,'113.7','4/4',2,48000,1,1000,203622,24100000000,28300000000,'interrupted',NULL,NULL,NULL,1,21000,21,3,24000000000,'2026-11-22T09:45:24.000Z','rehearsal',1);
INSERT INTO "takes" VALUES(5,'b2','day-2','Harbour',4,'113.7','4/4',2,48000,1,1000,203622,28100000000,32300000000,'rolling',NULL,NULL,NULL,NULL,NULL,NULL,NULL,28000000000,'2026-11-22T09:45:28.000Z','rehearsal',1);
CREATE TABLE writers (
    entry INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    saved_count INTEGER NOT NULL,
    
    at_ns INTEGER NOT NULL,
    at_utc TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    clock_synchronised INTEGER NOT NULL CHECK (clock_synchronised IN (0, 1))

) STRICT;
INSERT INTO "writers" VALUES(1,'0c3155ab-e46b-4083-8a30-add22e5bfb0b',26,26000000000,'2026-11-22T09:45:26.000Z','rehearsal',1);
INSERT INTO "writers" VALUES(2,'64a23aed-eeb6-4adc-ae9e-183a536d3509',4,30000000000,'2026-11-22T09:45:30.000Z','rehearsal',1);
CREATE INDEX takes_by_song ON takes (song, number);
CREATE INDEX takes_by_number ON takes (number);
CREATE INDEX takes_by_session ON takes (session_id);
CREATE INDEX takes_open ON takes (status) WHERE status IN ('counting_in', 'rolling', 'ring_out');
CREATE INDEX take_events_by_take ON take_events (take_id);
CREATE INDEX flags_by_take ON flags (take_id);
CREATE INDEX presses_by_take ON presses (take_id);
CREATE INDEX incidents_by_take ON incidents (take_id);
COMMIT;
PRAGMA user_version = 1;
