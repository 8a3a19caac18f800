/** All that rolesync says, in one list: a change of words is seen in review, and read next to its neighbours. */
import { describe, expect, it } from 'vitest';
import { messagesIn, messagesOf } from './support/messages.ts';

/** What reads as translated, or as invented here; beside it, what a technical writer would say. */
const banned: readonly (readonly [words: RegExp, instead: string])[] = [
  [/\b(stands?|stood) (in|here|there|on|twice|beside)\b/, 'is in, is listed in, appears twice'],
  [/\b(of|the \w+) now\b(?= (is|has|below|tells))|\bof now\b/, 'the current plan'],
  [/\banew\b/, 'again, a new one'],
  [/\b(is|are) (so|there|gone) already\b/, 'is already done, already exists'],
  [/\bany more\b/, 'no longer'],
  [/\b(goes|go) with\b/, 'needs, works with'],
  [/\blooks? whether\b|\bit (took|did not take)\b/, 'verifies, checks whether'],
  [/\bas a truth value\b|\bbelongs here\b|, where .* belongs\b/, 'is a boolean; expected text'],
  [/\bcannot be had\b/, 'is not available'],
  [/\botherwise than\b|\bby other ways\b/, 'differs from'],
  [/\b(if|which one) (that )?is meant\b/, 'if that is intended, which one you mean'],
  [/(?<!there )\bis no (plan|pinned|plain|person|git|log|folder|part of)\b/, 'is not a'],
  [/\b(taken|counts?) as a yes\b/, 'is accepted'],
  [/\bmeanwhile\b/, 'in the meantime'],
  [/\bmeans? nothing\b/, 'does not matter'],
  [/\bleave .* (away|out)\b/, 'omit'],
  [/\bnobody can say\b/i, 'it is unknown'],
  [/\bleft over\b|\btaken out of\b/, 'removed from'],
  [/\bto go by\b|\bsaid above\b/, 'used, reported above'],
  [/\bgo(es)? by\b|\bgo(es)? on\b/, 'has, uses, continues'],
  [/\btells? of\b|\bwhat is public of\b/, 'reports, public'],
  [/\b(by|without) leave of\b|\brests? on\b/, 'if … allows it, depends on'],
];

it('is what test/messages.txt lists; read your change aloud, then: npx vitest run test/messages.test.ts --update', async () => {
  await expect(messagesOf('src')).toMatchFileSnapshot('messages.txt');
});

it.each(banned)('does not say %s', (words, instead) => {
  const found = messagesOf('src')
    .split('\n')
    .filter((line) => words.test(line));
  expect(found, `say instead: ${instead}`).toEqual([]);
});

describe('the list', () => {
  it('joins the parts of a sentence, and names what is filled in', () => {
    const source =
      "const a = `the role \\`${name}\\` is ` + 'missing: ' + hint(of(name, of(other, of(third)))); throw b('one word', 'x');";
    expect(messagesIn('a.ts', source)).toEqual(['one word', 'the role `{name}` is missing: {…}']);
  });

  it('leaves out what is not said: names, paths, and what only fills in', () => {
    const source = "const x = ['kebab-case', `${a}/${b}`, `${a} ${b}`, '/v1/roles', / a b /];";
    expect(messagesIn('a.ts', source)).toEqual([]);
  });
});
