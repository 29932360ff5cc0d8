/** Room for figures about long texts: groups and classes are values of the user's data, and those have no limit. */
export const longSubjects = {
  number: 3,
  name: 'long-subjects',
  statements: [
    `ALTER TABLE figures
      MODIFY ordinal INT UNSIGNED NOT NULL,
      MODIFY id VARCHAR(1000) NOT NULL,
      MODIFY subject TEXT NULL COMMENT 'column, pair, class, attribute, group, version as JSON',
      MODIFY detail MEDIUMTEXT NULL COMMENT 'texts, tables and lists as JSON'`,
  ],
} as const;
