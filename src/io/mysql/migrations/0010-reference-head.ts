/** A large reference is read one column at a time: the values of its long columns stand before the rest of its profile. */
export const referenceHead = {
  number: 10,
  name: 'reference head',
  statements: [
    `ALTER TABLE version_references ADD COLUMN profile_head BIGINT UNSIGNED NULL
      COMMENT 'bytes of long columns, which stand before the rest of a profile that lies in pieces; null where there are none'`,
    `ALTER TABLE version_references ADD COLUMN piece_bytes INT UNSIGNED NULL
      COMMENT 'bytes of each piece but the last; null where there is none, or they were stored before version 10'`,
  ],
} as const;
