/** A name in a command for a person to run: quoted so that a shell reads one word, and never a flag. */

export function shellWord(text: string): string {
  return /^[\w.@%+=:,/][\w.@%+=:,/-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
