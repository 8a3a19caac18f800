import { describe, expect, it } from 'vitest';
import { html, json, prose } from '../../../src/render/html/markup.ts';
import { hostile } from './plans.ts';

describe('html', () => {
  it('keeps a value text, in an element and in a quoted attribute', () => {
    expect(html`<p title="${'"><b>'}">${"<i>&'"}</p>`.markup).toBe(
      '<p title="&quot;&gt;&lt;b&gt;">&lt;i&gt;&amp;&#39;</p>',
    );
  });

  it('escapes once: markup inside markup stays as it is', () => {
    expect(html`<ul>${['<', '&'].map((text) => html`<li>${text}</li>`)}</ul>`.markup).toBe(
      '<ul><li>&lt;</li><li>&amp;</li></ul>',
    );
  });

  it('makes what cannot be seen visible', () => {
    expect(html`${'a\u202Eb\u200Bc\u0000'}`.markup).toBe('a\\u202eb\\u200bc\\u0000');
  });

  it.each(hostile)('leaves no tag and no quote of %j', (text) => {
    expect(html`${text}`.markup).not.toMatch(/[<>"']/);
  });
});

describe('prose', () => {
  it('sets what stands in backticks as code, and nothing as markup', () => {
    expect(prose('remove `protected: true` of `<b>`').markup).toBe(
      'remove <code>protected: true</code> of <code>&lt;b&gt;</code>',
    );
    expect(prose('an odd ` backtick').markup).toBe('an odd ` backtick');
  });
});

describe('json', () => {
  it.each(hostile)('cannot end its element, open a comment or break a line, and reads back, with %j', (text) => {
    const { markup } = json({ [text]: [text] });
    expect(markup).not.toMatch(/[<>&\u2028\u2029]/);
    expect(Object.entries(JSON.parse(markup))).toEqual([[text, [text]]]);
  });
});
