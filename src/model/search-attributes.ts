/** Names of the namespace's search attributes; few, because SQL visibility allows ten keywords in all. */
export const SEARCH_ATTRIBUTES = {
  model: 'ModelId',
  team: 'Team',
  cycleVerdict: 'CycleVerdict',
  incidentState: 'IncidentState',
  severity: 'Severity',
} as const;
