/** What is said of a figure that a profile cannot give. */
export const NEEDS_ROWS = 'needs the rows; profiles do not hold them';
