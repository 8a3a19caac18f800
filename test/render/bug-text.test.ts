import { describe, expect, it } from 'vitest';
import { bugText } from '../../src/render/bug-text.ts';

function thrown(make: () => unknown): unknown {
  try {
    make();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('the text of a bug', () => {
  it('shows what kind of error it is and where it came from', () => {
    const text = bugText(thrown(() => Reflect.get(undefined as never, 'x')));
    expect(text).toMatch(/^rolesync broke \(TypeError\): this is a bug/);
    expect(text).toContain('bug-text.test.ts:');
  });

  it.each([
    ['its message', () => new Error('secret-1')],
    [
      'a message that looks like a place',
      () => new Error('x\n    at secret-1 (file:///a.js:1:2)\n    at secret-1:1:1'),
    ],
    ['its cause', () => new Error('x', { cause: new Error('secret-1') })],
    ['what hangs on it', () => Object.assign(new Error('x'), { data: 'secret-1', code: 'secret-1' })],
    ['a name', () => Object.assign(new Error('x'), { name: 'secret-1 x' })],
    ['a message that came later', () => Object.assign(new Error('x'), { message: 'secret-1' })],
    ['JSON', () => thrown(() => JSON.parse('{"token": secret-1}'))],
    ['text that was thrown', () => 'secret-1'],
    ['no stack', () => Object.assign(new Error('secret-1'), { stack: undefined })],
    ['a stack of its own', () => Object.assign(new Error('x'), { stack: 'Error: secret-1\nx secret-1' })],
  ])('shows nothing of %s', (_what, make) => {
    expect(bugText(make())).not.toContain('secret-1');
  });
});
