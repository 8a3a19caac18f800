/** Text for the log of a run on GitHub Actions, in which no line is a command to the runner. */

/**
 * The runner acts on lines that begin with `::`, white space aside, and on `##[` anywhere in a line (actions/runner,
 * ActionCommand.TryParse and TryParseV2); none of ours does after this.
 */
export function harmless(text: string): string {
  return text.replace(/^(\s*)::/gm, '$1· ::').replaceAll('##[', '#\\u0023[');
}
