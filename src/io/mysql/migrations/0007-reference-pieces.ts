/** Profiles of large references lie in pieces: servers refuse a statement, or a row of an answer, above their packet limit. */
export const referencePieces = {
  number: 7,
  name: 'reference pieces',
  statements: [
    `CREATE TABLE reference_pieces (
      model VARCHAR(64) NOT NULL,
      version VARCHAR(64) NOT NULL,
      revision INT UNSIGNED NOT NULL,
      digest CHAR(64) NOT NULL,
      piece INT UNSIGNED NOT NULL,
      bytes MEDIUMBLOB NOT NULL,
      PRIMARY KEY (model, version, revision, digest, piece)
    ) COMMENT 'what of a profile does not fit beside its reference'`,
    `ALTER TABLE version_references ADD COLUMN profile_length BIGINT UNSIGNED NULL
      COMMENT 'bytes of a profile that lies in pieces; null where it stands here whole'`,
  ],
} as const;
