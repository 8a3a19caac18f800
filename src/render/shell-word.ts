/** A name in a command that a person is to run: as a shell takes it for one word, and never for a flag. */

export function shellWord(text: string): string {
  return /^[\w.@%+=:,/][\w.@%+=:,/-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
