/** Profiles of hours, what they need of a reference, and the bound of figures that were made from them. */
export const hourProfiles = {
  number: 8,
  name: 'hour profiles',
  statements: [
    `CREATE TABLE hour_profiles (
      model VARCHAR(64) NOT NULL,
      method CHAR(64) NOT NULL COMMENT 'SHA-256 of what of the definition decides how an hour is read and profiled',
      hour DATETIME NOT NULL COMMENT 'UTC; begin of the hour',
      version VARCHAR(64) NOT NULL COMMENT 'empty where rows name none, and for an hour without rows',
      reference CHAR(64) NULL COMMENT 'digest of the reference of the version; null for an hour without rows',
      row_count BIGINT UNSIGNED NOT NULL,
      label_count BIGINT UNSIGNED NOT NULL,
      seen VARCHAR(100) NULL COMMENT 'what the source had of the hour, where others write it: rows, labels, newest arrival',
      digest CHAR(64) NOT NULL COMMENT 'SHA-256 of the profile',
      profile MEDIUMBLOB NOT NULL,
      profiled_at DATETIME(3) NOT NULL,
      PRIMARY KEY (model, hour, method, version)
    ) COMMENT 'closed hours, read once; they add up to windows'`,
    `ALTER TABLE version_references ADD COLUMN hours_profile MEDIUMBLOB NULL
      COMMENT 'what is fixed of the reference, for profiles of hours; null where the definition reads rows'`,
    `ALTER TABLE figures ADD COLUMN bound DOUBLE NULL
      COMMENT 'how far the figure of the rows may lie from this one, which was made from profiles; null: it is that of the rows'`,
  ],
} as const;
