/** What a judged window rests on, so that rows and labels that come later are noticed. */
export const lateChanges = {
  number: 9,
  name: 'late-changes',
  statements: [
    `ALTER TABLE evaluations ADD COLUMN source_state VARCHAR(100) NULL
      COMMENT 'of the window when it was read or last looked at: a hash of its marks, or rows and labels; null: not known'`,
    `ALTER TABLE evaluations ADD COLUMN looked_at DATETIME(3) NULL
      COMMENT 'scheduled time of the cycle that last looked whether it has changed, and found that it had not'`,
    `ALTER TABLE hour_profiles ADD COLUMN revised_at DATETIME(3) NULL
      COMMENT 'when it was last profiled because its rows or labels had been marked'`,
  ],
} as const;
