-- One row per import of files. Its runs are seen only while it is `stored`: an import shows all of them at once or none, and
-- undoing it hides exactly these. made_experiment: 1 when the experiment was made for it.
CREATE TABLE imports (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  experiment_seq INTEGER NOT NULL REFERENCES experiments (seq),
  at TEXT NOT NULL,
  files INTEGER NOT NULL,
  runs INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('storing', 'stored', 'undone')),
  made_experiment INTEGER NOT NULL,
  crc INTEGER NOT NULL
) STRICT;
CREATE INDEX imports_by_experiment ON imports (experiment_seq);

CREATE TABLE import_runs (
  run_seq INTEGER PRIMARY KEY REFERENCES runs (seq),
  import_seq INTEGER NOT NULL REFERENCES imports (seq)
) STRICT;
CREATE INDEX import_runs_by_import ON import_runs (import_seq);

CREATE VIEW hidden_runs AS
  SELECT run_seq FROM import_runs WHERE import_seq IN (SELECT seq FROM imports WHERE state <> 'stored');
