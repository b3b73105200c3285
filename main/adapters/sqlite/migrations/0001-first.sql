-- crc: CRC-32 of the row's other columns (row.ts), because SQLite itself has no page checksums.
-- *_json: text validated against the contract's schema when it is read.

-- One row. commit_seq counts write transactions; the seal file repeats it, so that a lost log tail shows.
CREATE TABLE store (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  store_id TEXT NOT NULL,
  commit_seq INTEGER NOT NULL
) STRICT;
INSERT INTO store (one, store_id, commit_seq) VALUES (1, lower(hex(randomblob(16))), 0);

-- What opening found missing, kept so that verify goes on naming it.
CREATE TABLE losses (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  message TEXT NOT NULL
) STRICT;

CREATE TABLE experiments (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  question TEXT NOT NULL,
  status TEXT NOT NULL,
  plan_json TEXT NOT NULL,
  created_at TEXT NOT NULL,
  ended_at TEXT,
  simulated INTEGER NOT NULL,
  program_version TEXT NOT NULL,
  removed INTEGER NOT NULL,
  crc INTEGER NOT NULL
) STRICT;
CREATE INDEX experiments_by_name ON experiments (name, created_at);

CREATE TABLE runs (
  seq INTEGER PRIMARY KEY,
  experiment_seq INTEGER NOT NULL REFERENCES experiments (seq),
  id TEXT NOT NULL UNIQUE,
  probe TEXT NOT NULL,
  probe_version TEXT NOT NULL,
  probe_index INTEGER NOT NULL,
  hosts_json TEXT NOT NULL,
  arm_json TEXT NOT NULL,
  block INTEGER NOT NULL,
  repeat INTEGER NOT NULL,
  warmup INTEGER NOT NULL,
  position INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  status TEXT NOT NULL,
  problem_json TEXT NOT NULL,
  transport_json TEXT NOT NULL,
  facts_json TEXT NOT NULL,
  warnings_json TEXT NOT NULL,
  simulated INTEGER NOT NULL,
  commands_json TEXT NOT NULL,
  kit_sha256 TEXT,
  started_at TEXT,
  ended_at TEXT,
  crc INTEGER NOT NULL
) STRICT;
CREATE INDEX runs_by_order ON runs (experiment_seq, position, attempt);
CREATE INDEX runs_by_status ON runs (status);

CREATE TABLE artifacts (
  seq INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  bytes INTEGER NOT NULL
) STRICT;

CREATE TABLE run_artifacts (
  run_seq INTEGER NOT NULL REFERENCES runs (seq),
  ordinal INTEGER NOT NULL,
  name TEXT NOT NULL,
  artifact_seq INTEGER NOT NULL REFERENCES artifacts (seq),
  crc INTEGER NOT NULL,
  PRIMARY KEY (run_seq, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_artifacts_by_artifact ON run_artifacts (artifact_seq);

CREATE TABLE metrics (
  seq INTEGER PRIMARY KEY,
  metric TEXT NOT NULL,
  unit TEXT NOT NULL,
  crc INTEGER NOT NULL,
  UNIQUE (metric, unit)
) STRICT;

-- Canonical JSON: keys sorted.
CREATE TABLE dimensions (
  seq INTEGER PRIMARY KEY,
  dimensions_json TEXT NOT NULL UNIQUE,
  crc INTEGER NOT NULL
) STRICT;

-- Clustered by run: the measurements of one run lie side by side.
CREATE TABLE measurements (
  run_seq INTEGER NOT NULL REFERENCES runs (seq),
  ordinal INTEGER NOT NULL,
  metric_seq INTEGER NOT NULL REFERENCES metrics (seq),
  dimensions_seq INTEGER NOT NULL REFERENCES dimensions (seq),
  value REAL NOT NULL,
  PRIMARY KEY (run_seq, ordinal)
) STRICT, WITHOUT ROWID;

-- One checksum over a run's measurements costs less than one on each of millions of small rows.
CREATE TABLE measurement_seals (
  run_seq INTEGER PRIMARY KEY REFERENCES runs (seq),
  count INTEGER NOT NULL,
  crc INTEGER NOT NULL
) STRICT;

-- x of sample i: times_kind index: i; regular: time_start + i * time_step; irregular: the chunks' times.
CREATE TABLE series (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_seq INTEGER NOT NULL REFERENCES runs (seq),
  ordinal INTEGER NOT NULL,
  metric_seq INTEGER NOT NULL REFERENCES metrics (seq),
  dimensions_seq INTEGER NOT NULL REFERENCES dimensions (seq),
  count INTEGER NOT NULL,
  times_kind TEXT NOT NULL CHECK (times_kind IN ('index', 'regular', 'irregular')),
  time_start REAL,
  time_step REAL,
  crc INTEGER NOT NULL,
  UNIQUE (run_seq, ordinal)
) STRICT;

-- data_crc: of the BLOBs; crc: of the summary columns and data_crc. min, max and sum are over the finite samples, NULL
-- when there is none. time_min, time_max: over the finite times. The BLOBs (float64, little endian) come last, so that
-- reading the summary columns touches no overflow page.
CREATE TABLE series_chunks (
  seq INTEGER PRIMARY KEY,
  series_id INTEGER NOT NULL REFERENCES series (id),
  ordinal INTEGER NOT NULL,
  count INTEGER NOT NULL,
  min REAL,
  max REAL,
  sum REAL,
  time_min REAL,
  time_max REAL,
  data_crc INTEGER NOT NULL,
  crc INTEGER NOT NULL,
  samples BLOB NOT NULL,
  times BLOB,
  UNIQUE (series_id, ordinal)
) STRICT;

CREATE TABLE jobs (
  run_seq INTEGER NOT NULL REFERENCES runs (seq),
  role TEXT NOT NULL,
  job_id TEXT NOT NULL,
  host TEXT NOT NULL,
  started_at TEXT NOT NULL,
  crc INTEGER NOT NULL,
  PRIMARY KEY (run_seq, role, job_id)
) STRICT;

CREATE TABLE environments (
  experiment_seq INTEGER NOT NULL REFERENCES experiments (seq),
  host TEXT NOT NULL,
  target TEXT NOT NULL,
  captured_at TEXT NOT NULL,
  inventory_json TEXT NOT NULL,
  artifact_sha256 TEXT,
  crc INTEGER NOT NULL,
  PRIMARY KEY (experiment_seq, host)
) STRICT;

CREATE TABLE hosts (
  name TEXT NOT NULL PRIMARY KEY,
  spec_json TEXT NOT NULL,
  added_at TEXT NOT NULL,
  last_seen_at TEXT,
  inventory_json TEXT NOT NULL,
  inventory_at TEXT,
  crc INTEGER NOT NULL
) STRICT;
