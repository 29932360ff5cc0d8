/** What Slack asks of a message, and what nobody may do through one. */
import { expect } from 'vitest';
import type { SlackContent } from '../../../src/alerts/slack-blocks.js';

export function textsOf(content: SlackContent): string[] {
  return content.blocks.flatMap((block) => {
    if (block.type === 'section') return [block.text.text];
    return block.type === 'context' ? block.elements.map(({ text }) => text) : [];
  });
}

export const whole = (content: SlackContent): string => [content.text, ...textsOf(content)].join('\n');

/** Limits as docs.slack.dev states them; the sum is what others measured, see the module. */
export function expectWithinLimits(content: SlackContent): void {
  expect(content.blocks.length).toBeLessThanOrEqual(50);
  expect(content.blocks.length).toBeGreaterThan(0);
  expect(content.text.length).toBeGreaterThan(0);
  expect(content.text.length).toBeLessThanOrEqual(4000);
  for (const block of content.blocks) {
    if (block.type === 'section') expect(block.text.text.length).toBeLessThanOrEqual(3000);
    if (block.type === 'context') expect(block.elements.length).toBeLessThanOrEqual(10);
  }
  for (const text of textsOf(content)) {
    expect(text.trim().length).toBeGreaterThan(0);
    expect(text.length).toBeLessThanOrEqual(3000);
  }
  expect(textsOf(content).join('').length).toBeLessThanOrEqual(10_000);
}

/** Angle brackets stand only in links that we made and in mentions from the configuration. */
export function expectNothingOpened(content: SlackContent, mention?: string): void {
  const links = /<https?:\/\/[^<>|\s]+\|[^<>|\n]*>/g;
  for (const text of [content.text, ...textsOf(content)]) {
    const rest = text.replace(links, '').replace(mention ?? '', '');
    expect(rest).not.toMatch(/[<>]/);
    expect(rest.replace(/&(?:amp|lt|gt);/g, '')).not.toContain('&');
    expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  }
}
