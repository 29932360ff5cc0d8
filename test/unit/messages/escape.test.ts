import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cut,
  html,
  isWebAddress,
  oneLine,
  slackCode,
  slackLink,
  slackLiteral,
  slackMention,
  slackParagraph,
  strip,
} from '../../../src/alerts/escape.js';

describe('a text from data in Slack', () => {
  it.each([
    ['a channel mention', '<!channel>', '&lt;!channel&gt;'],
    ['a user mention', '<@U0123ABCD>', '&lt;@U0123ABCD&gt;'],
    ['a link', '<https://evil.example|click>', '&lt;https://evil.example|click&gt;'],
    ['an entity', '&lt;!here&gt;', '&amp;lt;!here&amp;gt;'],
    ['bold, struck and code', '*a* ~b~ `c`', '∗a∗ ∼b∼ ˋcˋ'],
    ['italics', '_a_ and snake_case_name', '＿a＿ and snake_case_name'],
    ['an emoji’s name', ':fire: at 12:30', '∶fire: at 12:30'],
    ['line breaks', 'a\r\n> b\n\nc', 'a &gt; b c'],
    ['a right-to-left override', 'abc\u202edef\u2066x\u2069', 'abcdefx'],
    ['control and invisible characters', 'a\u0000b\u0007c\u200bd\ufeffe\u2028f', 'abcde f'],
    ['half a character', 'a\ud800b', 'a\ufffdb'],
  ])('shows %s as written', (_what, text, shown) => {
    expect(slackLiteral(text)).toBe(shown);
  });

  it('never opens a link, a mention or an entity, whatever it is, and fits', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      '&',
      '&lt;',
      '!here',
      '@',
      '|',
      '`',
      '*',
      '_',
      '~',
      '\n',
      '\u202e',
      '😀',
      'ü',
      'a',
      ' ',
      ':x:',
    );
    const texts = fc
      .array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 60 })
      .map((list) => list.join(''));
    fc.assert(
      fc.property(texts, fc.integer({ min: 5, max: 80 }), (text, max) => {
        for (const shown of [slackLiteral(text, max), slackParagraph(text, max), slackCode(text, max)]) {
          expect(shown.length).toBeLessThanOrEqual(max);
          expect(shown).not.toContain('\u0000');
          expect(shown.replace(/&(?:amp|lt|gt);/g, '')).not.toMatch(/[<>&]/);
          expect(shown).not.toMatch(/[\u202a-\u202e\u2066-\u2069]|[\ud800-\udbff](?![\udc00-\udfff])/);
        }
        expect(slackLiteral(text, max)).not.toMatch(/[*~`\n]/);
        expect(slackCode(text, max)).toMatch(/^$|^`[^`\n]+`$/);
      }),
    );
  });

  it('that is too long is cut between characters, and the cut is shown', () => {
    expect(slackLiteral('😀😀😀', 5)).toBe('😀😀…');
    expect(slackLiteral('<<<', 9)).toBe('&lt;&lt;…');
    expect(slackLiteral('<<<', 12)).toBe('&lt;&lt;&lt;');
    expect(cut('a😀b', 3)).toBe('a😀b');
    expect(cut('a😀bc', 3)).toBe('a😀…');
  });

  it('keeps its lines where it is a paragraph', () => {
    expect(slackParagraph('one\r\n two\n\n\n\n<three>')).toBe('one\ntwo\n\n&lt;three&gt;');
  });
});

describe('a mention', () => {
  it.each([
    ['@here', '<!here>'],
    ['<!channel>', '<!channel>'],
    ['U0123ABCD', '<@U0123ABCD>'],
    ['<@W0123ABCD>', '<@W0123ABCD>'],
    ['S0123ABCD', '<!subteam^S0123ABCD>'],
    ['<!subteam^S0123ABCD>', '<!subteam^S0123ABCD>'],
    ['the on-call person', 'the on-call person'],
    ['<!here> <!channel>', '&lt;!here&gt; &lt;!channel&gt;'],
    ['<https://x.example|@here>', '&lt;https://x.example|@here&gt;'],
  ])('of "%s" in the configuration is %s', (configured, mention) => {
    expect(slackMention(configured)).toBe(mention);
  });
});

describe('an address', () => {
  it.each([
    ['https://example.org/a?b=1&c=2', true],
    ['http://127.0.0.1:8233/x%2Fy', true],
    ['javascript:alert(1)', false],
    ['https://example.org/a|b', false],
    ['https://example.org/">x', false],
    ['https://example.org/\u202egnp', false],
    ['docs/runbook.html', false],
    ['', false],
  ])('%j is one to link to: %s', (address, good) => {
    expect(isWebAddress(address)).toBe(good);
  });

  it('that is none is shown instead of linked', () => {
    expect(slackLink('https://example.org/?a=1&b=2', 'Run & book')).toBe(
      '<https://example.org/?a=1&amp;b=2|Run &amp; book>',
    );
    expect(slackLink('docs/<runbook>.md', 'Runbook')).toBe('Runbook: docs/&lt;runbook&gt;.md');
  });
});

describe('a text from data in HTML', () => {
  it('cannot leave its place, in text or in an attribute', () => {
    expect(html(`<img src=x onerror="a('b')">&`)).toBe('&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;');
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[<>"']/.test(html(text))));
  });

  it('loses what reorders or hides it', () => {
    expect(strip('a\u202eb\tc\r\nd')).toBe('ab c\nd');
    expect(oneLine('  a \n b  ')).toBe('a b');
  });
});
