/** What is said of an error that nobody expected: where it came from, and nothing of what it holds. */

/**
 * The kind of the error and the places of its stack. Not its message, and none of the other things that hang on an error
 * (`cause`, `data`): they may quote an answer, a header or a secret.
 */
export function bugText(bug: unknown): string {
  const { name, message, stack = '' } = bug instanceof Error ? bug : { name: '', message: '' };
  const kind = /^\w{1,40}$/.test(name) ? name : 'not an error';
  // The stack contains the message, and a line of that may look like a place.
  const after = stack.slice(Math.max(0, stack.indexOf(message)) + message.length);
  const places = after.split('\n').filter((line) => /^\s+at \S[^\n]*:\d+\)?$/.test(line));
  return [`rolesync broke (${kind}): this is a bug; please report it with these lines`, ...places].join('\n');
}
