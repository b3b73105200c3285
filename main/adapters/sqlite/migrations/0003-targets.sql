-- What the user set as an indicator's target, in its canonical unit; NULL: none is wanted. No row: the program's default holds.
CREATE TABLE targets (
  indicator TEXT NOT NULL PRIMARY KEY,
  value REAL,
  crc INTEGER NOT NULL
) STRICT;
