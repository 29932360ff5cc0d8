/** Models, their definitions, the prediction log, versions and what serves. */
export const modelsAndData = {
  number: 1,
  name: 'models-and-data',
  statements: [
    `CREATE TABLE models (
      model VARCHAR(64) NOT NULL PRIMARY KEY,
      title VARCHAR(200) NOT NULL,
      team VARCHAR(64) NOT NULL,
      state ENUM('active','paused','stopped') NOT NULL DEFAULT 'active',
      revision INT UNSIGNED NOT NULL,
      watch_from DATETIME(3) NOT NULL COMMENT 'windows that end at or before this are never caught up unasked',
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL
    )`,
    `CREATE TABLE definitions (
      model VARCHAR(64) NOT NULL,
      revision INT UNSIGNED NOT NULL,
      hash CHAR(64) NOT NULL COMMENT 'SHA-256 of the canonical JSON',
      definition LONGTEXT NOT NULL COMMENT 'canonical JSON, defaults filled in',
      source_text MEDIUMTEXT NOT NULL COMMENT 'the YAML as applied',
      author VARCHAR(128) NOT NULL,
      applied_at DATETIME(3) NOT NULL,
      PRIMARY KEY (model, revision)
    )`,
    `CREATE TABLE predictions (
      model VARCHAR(64) NOT NULL,
      time DATETIME(3) NOT NULL COMMENT 'UTC, set by the producer, resent unchanged',
      id VARCHAR(128) NOT NULL,
      version VARCHAR(64) NULL,
      prediction VARCHAR(255) NULL,
      score DOUBLE NULL,
      scores JSON NULL COMMENT 'multi-class: class to score',
      features JSON NULL,
      latency_ms DOUBLE NULL,
      error_code VARCHAR(64) NULL,
      PRIMARY KEY (model, time, id)
    )`,
    `CREATE TABLE labels (
      model VARCHAR(64) NOT NULL,
      time DATETIME(3) NOT NULL COMMENT 'time of the prediction, as the prediction has it',
      id VARCHAR(128) NOT NULL,
      label VARCHAR(255) NULL,
      arrived_at DATETIME(3) NOT NULL,
      PRIMARY KEY (model, time, id),
      KEY labels_by_arrival (model, arrived_at)
    )`,
    `CREATE TABLE versions (
      model VARCHAR(64) NOT NULL,
      version VARCHAR(64) NOT NULL,
      artefact VARCHAR(1024) NOT NULL COMMENT 'where the artefact is; read by trainer and server, not by Plumbline',
      artefact_sha256 CHAR(64) NOT NULL,
      parent VARCHAR(64) NULL COMMENT 'the version that served when this one was made',
      origin ENUM('release','retraining') NOT NULL,
      trained_from DATETIME(3) NULL,
      trained_to DATETIME(3) NULL,
      registered_by VARCHAR(128) NOT NULL,
      registered_at DATETIME(3) NOT NULL,
      note VARCHAR(1000) NULL,
      PRIMARY KEY (model, version)
    )`,
    `CREATE TABLE reference_rows (
      model VARCHAR(64) NOT NULL,
      version VARCHAR(64) NOT NULL,
      time DATETIME(3) NOT NULL,
      id VARCHAR(128) NOT NULL,
      prediction VARCHAR(255) NULL,
      score DOUBLE NULL,
      label VARCHAR(255) NULL,
      features JSON NULL,
      PRIMARY KEY (model, version, time, id)
    ) COMMENT 'rows a trainer held out from fitting: what the version promises'`,
    `CREATE TABLE version_references (
      model VARCHAR(64) NOT NULL,
      version VARCHAR(64) NOT NULL,
      revision INT UNSIGNED NOT NULL,
      digest CHAR(64) NOT NULL,
      description VARCHAR(300) NOT NULL,
      row_count INT UNSIGNED NOT NULL,
      figures LONGTEXT NOT NULL,
      profile LONGBLOB NOT NULL,
      stored_at DATETIME(3) NOT NULL,
      PRIMARY KEY (model, version, revision)
    )`,
    `CREATE TABLE serving (
      model VARCHAR(64) NOT NULL PRIMARY KEY,
      version VARCHAR(64) NOT NULL,
      generation INT UNSIGNED NOT NULL,
      lease_action VARCHAR(64) NULL COMMENT 'the action that alone may switch',
      lease_until DATETIME(3) NULL
    )`,
    `CREATE TABLE serving_history (
      model VARCHAR(64) NOT NULL,
      generation INT UNSIGNED NOT NULL,
      version VARCHAR(64) NOT NULL,
      data_since DATETIME(3) NOT NULL COMMENT 'data time: first prediction time that this generation may serve',
      switched_at DATETIME(3) NOT NULL,
      switched_by VARCHAR(128) NOT NULL,
      origin ENUM('release','retraining','rollback','compensation') NOT NULL,
      action VARCHAR(64) NULL,
      reason VARCHAR(500) NULL,
      PRIMARY KEY (model, generation)
    )`,
    `CREATE TABLE performance_data (
      id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
      model_name VARCHAR(255) NOT NULL,
      accuracy DOUBLE NULL,
      recall DOUBLE NULL,
      \`precision\` DOUBLE NULL,
      f1 DOUBLE NULL,
      auc DOUBLE NULL,
      recorded_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
      evaluation BIGINT UNSIGNED NULL COMMENT 'set where Plumbline wrote the row',
      KEY performance_data_by_model (model_name, id)
    )`,
  ],
} as const;
