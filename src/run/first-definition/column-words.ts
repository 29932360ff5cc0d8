/** Names that columns of prediction tables commonly have, the surest first. Compared in lower case, words joined by `_`. */

/** `modelVersion`, `Model-Version` and `model version` are one name. */
export function plainName(name: string): string {
  return name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1_$2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');
}

export const ROLE_WORDS = {
  id: [
    ...['prediction_id', 'request_id', 'inference_id', 'scoring_id', 'id', 'uuid', 'event_id', 'transaction_id'],
    ...['correlation_id', 'key'],
  ],
  time: [
    ...['predicted_at', 'scored_at', 'prediction_time', 'prediction_timestamp', 'scoring_time', 'inference_time'],
    ...[
      'requested_at',
      'request_time',
      'event_time',
      'timestamp',
      'time',
      'ts',
      'at',
      'created_at',
      'created',
      'logged_at',
    ],
    ...['inserted_at', 'datetime', 'date'],
  ],
  version: ['model_version', 'version', 'model_ver', 'model_revision', 'model_tag'],
  prediction: [
    ...['prediction', 'predicted', 'y_pred', 'y_hat', 'yhat', 'pred', 'predicted_class', 'predicted_label'],
    ...['predicted_value', 'predicted_outcome', 'model_output', 'decision', 'output', 'forecast'],
  ],
  score: [
    ...['score', 'probability', 'predicted_probability', 'prediction_score', 'prediction_probability', 'y_score'],
    ...['y_prob', 'y_proba', 'proba', 'prob', 'p', 'model_score', 'risk_score', 'confidence'],
  ],
  label: [
    ...['label', 'y_true', 'true_label', 'ground_truth', 'truth', 'actual', 'actual_class', 'actual_value'],
    ...['actual_outcome', 'target', 'outcome', 'observed', 'y'],
  ],
  arrived: [
    ...['label_arrived_at', 'labelled_at', 'labeled_at', 'label_time', 'label_timestamp', 'labelled_on', 'outcome_at'],
    ...['arrived_at', 'arrived', 'observed_at'],
  ],
  latency: [
    ...[
      'latency_ms',
      'latency',
      'duration_ms',
      'response_time_ms',
      'response_ms',
      'elapsed_ms',
      'response_time',
      'took_ms',
    ],
  ],
  error: ['error_code', 'error', 'err', 'error_type', 'exception', 'failure'],
  featuresJson: ['features', 'inputs', 'input', 'feature_values', 'payload', 'request_body'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Attributes whose groups the law protects in many places. */
export const SENSITIVE_WORDS: ReadonlySet<string> = new Set([
  ...['sex', 'gender', 'race', 'ethnicity', 'ethnic_group', 'religion', 'nationality', 'disability', 'disabled'],
  ...['age_group', 'age_band', 'age_range'],
]);

/** What tells of one person, and nothing of a group. */
export const PERSONAL_WORDS: ReadonlySet<string> = new Set([
  ...['name', 'first_name', 'last_name', 'full_name', 'surname', 'user_name', 'username', 'email', 'e_mail', 'mail'],
  ...[
    'phone',
    'phone_number',
    'mobile',
    'address',
    'street',
    'ip',
    'ip_address',
    'ssn',
    'iban',
    'card_number',
    'passport',
  ],
  ...['birth_date', 'date_of_birth', 'dob'],
]);

/** Labels that commonly stand for what a model looks for. */
export const POSITIVE_WORDS: readonly string[] = [
  ...[
    '1',
    'yes',
    'true',
    'y',
    't',
    'positive',
    'pos',
    'bad',
    'default',
    'fraud',
    'churn',
    'churned',
    'spam',
    'accepted',
  ],
];
