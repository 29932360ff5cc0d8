/** What ingest leaves behind beside the rows: the hours that have changed, and how far an unfinished file has come. */
export const ingest = {
  number: 5,
  name: 'ingest',
  statements: [
    `CREATE TABLE dirty_hours (
      model VARCHAR(64) NOT NULL,
      hour DATETIME NOT NULL COMMENT 'UTC; the hour of the prediction, also where a label came in',
      mark CHAR(32) NOT NULL COMMENT 'another one for every transaction that changed the hour',
      marked_at DATETIME(3) NOT NULL,
      PRIMARY KEY (model, hour)
    ) COMMENT 'hours whose rows or labels have changed since they were last profiled'`,
    `CREATE TABLE ingested_files (
      model VARCHAR(64) NOT NULL,
      kind ENUM('predictions','labels') NOT NULL,
      file CHAR(64) NOT NULL COMMENT 'SHA-256 of where the file is',
      row_count BIGINT UNSIGNED NOT NULL COMMENT 'rows from its beginning that are stored',
      digest CHAR(64) NOT NULL COMMENT 'SHA-256 of those rows',
      written_at DATETIME(3) NOT NULL,
      PRIMARY KEY (model, kind, file)
    ) COMMENT 'files that were begun and have not come to their end'`,
  ],
} as const;
