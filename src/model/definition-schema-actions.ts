/** The shape of `notify:` and `actions:` in a definition file. */
import { z } from 'zod';
import { count, duration, email, leaf, line, metricName, secret, slackChannel, span } from './definition-leaves.js';

const slack = z
  .strictObject({
    channel: slackChannel.meta({ description: 'Channel, in quotes (a bare # begins a comment), or its id.' }),
    token: secret('env:SLACK_BOT_TOKEN')
      .optional()
      .meta({ description: 'Bot token, by reference. Default: env:SLACK_BOT_TOKEN.' }),
  })
  .meta({ description: 'One message per incident, edited in place, with details in its thread.' });

const emailRoute = z
  .strictObject({
    to: z
      .array(email('ml-team@example.org'))
      .min(1)
      .meta({ description: 'Who receives the messages.', examples: [['ml-team@example.org']] }),
    from: email('plumbline@example.org').meta({
      description: 'Sender; must be one that your mail server lets you use.',
    }),
    smtp: secret('env:PLUMBLINE_SMTP_URL').optional().meta({
      description:
        'Address of the mail server, `smtp://user:password@host:port`, by reference. Default: env:PLUMBLINE_SMTP_URL.',
    }),
  })
  .meta({ description: 'The same by e-mail; messages of one incident thread together.' });

export const notifySchema = z
  .strictObject({
    slack: slack.optional(),
    email: emailRoute.optional(),
    escalate: z
      .strictObject({
        after: duration('15m').meta({ description: 'Wall-clock time without an acknowledgement.' }),
        to: line('@oncall-second').meta({
          description: 'Who is called then, as the channel understands it; in quotes.',
        }),
      })
      .optional()
      .meta({ description: 'A second call when nobody acknowledges a critical incident. Default: none.' }),
    acknowledge_for: duration('24h').optional().meta({
      description: 'An acknowledgement lasts this long; then the incident asks again. Wall clock. Default: 24h.',
    }),
  })
  .meta({ description: 'Who is told. Default: nobody; incidents are still kept and shown.' });

const approval = z.enum(['required', 'none']).optional().meta({
  description: 'Whether a person of `approvers` must agree before the serving version changes. Default: required.',
});

const expires = duration('3d').optional().meta({
  description: 'An approval that nobody gives expires after this wall-clock time, and nothing is done. Default: 3d.',
});

const cooldown = count(0, 1000, 2)
  .optional()
  .meta({ description: 'At most one in this many windows, unless a person asks. Default: 2.' });

const gate = z
  .strictObject({
    metric: z.enum(['roc_auc', 'log_loss', 'accuracy', 'mae']).optional().meta({
      description:
        'What candidate and champion are compared by. Default: roc_auc for a binary model with a score, mae for regression, else accuracy.',
    }),
    margin: leaf(z.number().min(0), { expects: 'a number of 0 or more' }, 0.02).optional().meta({
      description:
        'The candidate may be worse by less than this, as the lower bound of the paired difference says. Default: 0.02.',
    }),
    min_rows: count(1, 1_000_000_000, 500)
      .optional()
      .meta({ description: 'Labelled rows that the candidate has not seen and the comparison needs. Default: 500.' }),
  })
  .meta({ description: 'The promotion gate: a candidate that does not pass is never offered.' });

export const retrainSchema = z
  .strictObject({
    command: z
      .array(z.string().min(1))
      .min(1)
      .meta({
        description: 'The trainer: program and arguments, run without a shell.',
        examples: [['node', 'trainer.js']],
      }),
    timeout: duration('1h').optional().meta({ description: 'The trainer is stopped after this time. Default: 1h.' }),
    span: span('6 months').optional().meta({
      description: 'How far back the rows go that are trained on, before the withheld windows. Default: 6 months.',
    }),
    approval,
    expires,
    cooldown,
    budget: count(1, 1000, 6)
      .optional()
      .meta({ description: 'At most this many retrainings within 365 days of data. Default: 6.' }),
    gate: gate.optional(),
  })
  .meta({ description: 'How the model is trained anew. Absent: retraining is never offered.' });

export const rollbackSchema = z
  .strictObject({
    approval,
    expires,
    recent: count(1, 1000, 3).optional().meta({
      description:
        'A version younger than this many windows counts as a recent release, which a rollback may undo. Default: 3.',
    }),
    verify: z
      .strictObject({
        windows: count(1, 100, 2)
          .optional()
          .meta({ description: 'Windows measured after the switch before it counts as verified. Default: 2.' }),
        metric: metricName('roc_auc').optional().meta({
          description:
            'The figure that must be better than under the version left behind. Default: as for the promotion gate.',
        }),
      })
      .optional()
      .meta({ description: 'When a rollback counts as verified.' }),
    cooldown,
  })
  .meta({ description: 'How an earlier version is brought back; `{}` takes every default. Absent: never offered.' });

export const actionsSchema = z
  .strictObject({ retrain: retrainSchema.optional(), rollback: rollbackSchema.optional() })
  .meta({ description: 'What may be done about a breach. Default: nothing; people are told.' });

export type NotifyInput = z.output<typeof notifySchema>;
export type RetrainInput = z.output<typeof retrainSchema>;
export type RollbackInput = z.output<typeof rollbackSchema>;
