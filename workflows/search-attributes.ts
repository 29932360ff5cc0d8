/** Keys of the search attributes that workflows set or read. */
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { SEARCH_ATTRIBUTES } from '../src/model/search-attributes.js';

export const CYCLE_VERDICT_KEY = defineSearchAttributeKey(SEARCH_ATTRIBUTES.cycleVerdict, SearchAttributeType.KEYWORD);
export const INCIDENT_STATE_KEY = defineSearchAttributeKey(
  SEARCH_ATTRIBUTES.incidentState,
  SearchAttributeType.KEYWORD,
);
export const SEVERITY_KEY = defineSearchAttributeKey(SEARCH_ATTRIBUTES.severity, SearchAttributeType.KEYWORD);
/** Set by the server on executions that a Schedule started. */
export const SCHEDULED_START_KEY = defineSearchAttributeKey('TemporalScheduledStartTime', SearchAttributeType.DATETIME);
