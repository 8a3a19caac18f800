/** All that rolesync says, in one list: a change of words is seen in review, and read next to its neighbours. */
import { expect, it } from 'vitest';
import { messagesOf } from './support/messages.ts';

it('is what test/messages.txt lists; after reading the change aloud: npx vitest run -u test/messages.test.ts', async () => {
  await expect(messagesOf('src')).toMatchFileSnapshot('messages.txt');
});
