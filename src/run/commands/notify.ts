/** `notify test`: one harmless message through each of a model's channels, and what each channel answered. */
import { randomUUID } from 'node:crypto';
import { emailIds, renderEmailTest } from '../../alerts/email-body.js';
import { renderSlackTest } from '../../alerts/slack-blocks.js';
import { createEmail } from '../../io/email.js';
import { faultOf, type FaultKind } from '../../io/faults.js';
import { loadDefinition } from '../../io/mysql/definitions.js';
import { createSlack } from '../../io/slack.js';
import type { EmailRoute, NotifyDefinition, SlackRoute } from '../../model/definition.js';
import { personOf, requireModel, type CommandContext } from '../command-context.js';
import { wrongUse } from '../command-faults.js';
import type { CommandSet } from '../command-set.js';
import { table, type Answer } from '../output.js';

interface TestOptions {
  readonly channel?: string;
  readonly as?: string;
}

interface Outcome {
  readonly channel: 'slack' | 'email';
  readonly to: string;
  readonly ok: boolean;
  readonly answer: string;
  readonly fault: FaultKind | null;
}

type Test = Parameters<typeof renderSlackTest>[0];

async function attempt(channel: Outcome['channel'], to: string, send: () => Promise<string>): Promise<Outcome> {
  try {
    return { channel, to, ok: true, answer: await send(), fault: null };
  } catch (error) {
    const fault = faultOf(error);
    return { channel, to, ok: false, answer: fault.message, fault: fault.kind };
  }
}

function testSlack(context: CommandContext, route: SlackRoute, test: Test): Promise<Outcome> {
  return attempt('slack', route.channel, async () => {
    const apiUrl = context.settings.slackApiUrl;
    const slack = createSlack({ token: context.secret(route.token), ...(apiUrl === null ? {} : { apiUrl }) });
    const { team, user } = await slack.test();
    const { channel, ts } = await slack.post({
      ...renderSlackTest(test),
      channel: route.channel,
      key: `test/${randomUUID()}`,
    });
    return `posted as ${user} of ${team} to ${channel}, message ${ts}`;
  });
}

function testEmail(context: CommandContext, route: EmailRoute, test: Test): Promise<Outcome> {
  return attempt('email', route.to.join(', '), async () => {
    const { messageId } = emailIds(`test/${randomUUID()}`, 'test', route.from);
    const email = createEmail({ smtpUrl: context.secret(route.smtp) });
    const receipt = await email.send({
      ...renderEmailTest(test),
      from: route.from,
      to: route.to,
      messageId,
      listId: test.model,
    });
    const refused = receipt.rejected.length === 0 ? '' : `; refused for ${receipt.rejected.join(', ')}`;
    return `taken by the mail server as ${receipt.messageId}${refused}`;
  });
}

function chosen(notify: NotifyDefinition, model: string, channel: string | undefined): readonly Outcome['channel'][] {
  if (channel !== undefined && channel !== 'slack' && channel !== 'email') {
    throw wrongUse(`there is no channel "${channel}"`, 'channels are slack and email');
  }
  const there = (['slack', 'email'] as const).filter((one) => notify[one] !== undefined);
  if (channel !== undefined && !there.includes(channel)) {
    throw wrongUse(`the definition of ${model} names no ${channel}`, `add notify.${channel} and apply it`);
  }
  if (there.length === 0)
    throw wrongUse(`the definition of ${model} names nobody to tell`, 'add notify.slack or notify.email and apply it');
  return there.filter((one) => channel === undefined || one === channel);
}

async function notifyTest(context: CommandContext, modelId: string, options: TestOptions): Promise<Answer> {
  const by = personOf(options.as);
  const { pool } = await context.database();
  const model = await requireModel(pool, modelId);
  const { notify } = (await loadDefinition(pool, model.model, model.revision)).definition;
  const test = { model: model.model, by };
  const outcomes: Outcome[] = [];
  for (const channel of chosen(notify, model.model, options.channel)) {
    if (channel === 'slack' && notify.slack !== undefined) outcomes.push(await testSlack(context, notify.slack, test));
    if (channel === 'email' && notify.email !== undefined) outcomes.push(await testEmail(context, notify.email, test));
  }
  const failed = outcomes.filter(({ ok }) => !ok);
  const rows = outcomes.map(({ channel, to, ok, answer }) => [channel, to, ok ? 'sent' : 'FAILED', answer]);
  return {
    // Settings are wrong where a channel will never take it; otherwise the channel is not there now.
    status: failed.length === 0 ? 0 : failed.some(({ fault }) => fault === 'never') ? 2 : 3,
    data: { model: model.model, channels: outcomes },
    text: table(['channel', 'to', '', 'answer'], rows),
  };
}

export function addNotifyCommands({ command, group, act }: CommandSet): void {
  const notify = group('notify', 'messages');
  command('test', 'send a test message through a model’s channels', notify)
    .argument('<model>')
    .option('--channel <name>', 'slack or email; by default every one')
    .option('--as <name>', 'who asks for it; by default the user of the system')
    .action(act(notifyTest));
}
