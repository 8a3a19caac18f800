import { describe, expect, it } from 'vitest';
import { harmless } from '../../src/render/github-log.ts';

describe('harmless', () => {
  it.each([
    '::add-mask::x',
    '   ::set-output name=a::b',
    'first\n\t::stop-commands::EOF',
    'a ##[add-mask]x',
    '##[group]',
  ])('leaves no command to the runner in %j', (text) => {
    const lines = harmless(text).split('\n');
    for (const line of lines) {
      expect(line.trimStart().startsWith('::')).toBe(false);
      expect(line).not.toContain('##[');
    }
  });

  it('leaves other text as it is', () => {
    expect(harmless('a :: b\n# [c] ## d\n')).toBe('a :: b\n# [c] ## d\n');
  });
});
