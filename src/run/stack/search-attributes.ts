// The search attributes that Plumbline's workflows set. SQL visibility has room for ten of type Keyword in a namespace.

/** Name and type of each, as `temporal operator search-attribute create` takes them. */
export const searchAttributes: Readonly<Record<string, 'Keyword'>> = {
  ModelId: 'Keyword',
  Team: 'Keyword',
  CycleVerdict: 'Keyword',
  IncidentState: 'Keyword',
  Severity: 'Keyword',
};
