/** The search attributes of the namespace; few, because SQL visibility allows ten keywords in all. */
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

export const MODEL_ID_KEY = defineSearchAttributeKey('ModelId', SearchAttributeType.KEYWORD);
export const TEAM_KEY = defineSearchAttributeKey('Team', SearchAttributeType.KEYWORD);
export const CYCLE_VERDICT_KEY = defineSearchAttributeKey('CycleVerdict', SearchAttributeType.KEYWORD);
export const INCIDENT_STATE_KEY = defineSearchAttributeKey('IncidentState', SearchAttributeType.KEYWORD);
export const SEVERITY_KEY = defineSearchAttributeKey('Severity', SearchAttributeType.KEYWORD);
/** Set by the server on executions that a Schedule started. */
export const SCHEDULED_START_KEY = defineSearchAttributeKey('TemporalScheduledStartTime', SearchAttributeType.DATETIME);

export const SEARCH_ATTRIBUTE_NAMES = ['ModelId', 'Team', 'CycleVerdict', 'IncidentState', 'Severity'] as const;
