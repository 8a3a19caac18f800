/** Since when each line of a file says what it says, and who wrote it, as `git blame` knows. It changes nothing. */
import { said } from './git-rev.ts';
import { type GitOptions, git } from './git-run.ts';

export interface BlamedLine {
  /** The full id of the commit; null: not committed yet. */
  readonly commit: string | null;
  readonly author: string;
  /** Seconds since the epoch. */
  readonly time: number;
  readonly summary: string;
  /** The clone does not go back further: the line may be older. */
  readonly boundary: boolean;
}

/** By line, counted from 1; or why that cannot be said, in words. */
export type Blame = { readonly lines: readonly (BlamedLine | undefined)[] } | { readonly reason: string };

const maxBytes = 64 * 1024 * 1024;

/** `text`: what the file holds now. */
export function blame(path: string, text: string, options: GitOptions): Blame {
  // A filter that a repository names for its files would be run to show them; the text is at hand.
  const args = ['blame', '--porcelain', '--no-textconv', '--contents', '-', '--', path];
  const answer = git(args, options, { input: text, maxBytes });
  if (answer.status === 0) {
    const lines = parse(answer.stdout.toString('utf8'));
    return lines.some((line) => line?.boundary) && !isShallow(options)
      ? { lines: lines.map((line) => line && { ...line, boundary: false }) }
      : { lines };
  }
  if (answer.error === 'ENOENT') return { reason: 'git is not installed' };
  if (/not a git repository/.test(answer.stderr)) return { reason: 'this folder is not in a git repository' };
  return { reason: `git does not say: ${said(answer)}` };
}

/** The first commit of all is a boundary too, and there is nothing before it. */
function isShallow(options: GitOptions): boolean {
  return git(['rev-parse', '--is-shallow-repository'], options).stdout.toString('latin1').trim() === 'true';
}

/** git-blame(1), "THE PORCELAIN FORMAT": the facts about a commit come where it is named first. */
function parse(output: string): readonly (BlamedLine | undefined)[] {
  const commits = new Map<string, Map<string, string>>();
  const lines: (BlamedLine | undefined)[] = [];
  let [commit, line] = ['', 0];
  for (const one of output.split('\n')) {
    const head = /^([0-9a-f]{40,64}) \d+ (\d+)/.exec(one);
    if (one.startsWith('\t')) lines[line] = originOf(commit, commits.get(commit));
    else if (head) {
      [commit, line] = [head[1] ?? '', Number(head[2])];
      if (!commits.has(commit)) commits.set(commit, new Map());
    } else {
      const cut = one.indexOf(' ');
      commits.get(commit)?.set(cut === -1 ? one : one.slice(0, cut), cut === -1 ? '' : one.slice(cut + 1));
    }
  }
  return lines;
}

function originOf(commit: string, facts: ReadonlyMap<string, string> | undefined): BlamedLine {
  return {
    commit: /^0+$/.test(commit) ? null : commit,
    author: facts?.get('author') ?? '',
    time: Number(facts?.get('author-time') ?? 0),
    summary: facts?.get('summary') ?? '',
    boundary: facts?.has('boundary') === true,
  };
}
