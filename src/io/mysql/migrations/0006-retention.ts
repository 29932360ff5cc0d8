/** Up to which time rows of a model were removed: windows before it cannot be read again. */
export const retention = {
  number: 6,
  name: 'retention',
  statements: [
    `CREATE TABLE removed_rows (
      model VARCHAR(64) NOT NULL PRIMARY KEY,
      before_time DATETIME(3) NOT NULL COMMENT 'time of the prediction; written before the first row goes',
      removed_at DATETIME(3) NOT NULL
    ) COMMENT 'models whose older rows were removed, but for those that something still needs'`,
  ],
} as const;
