/** Names of revisions to ids of commits, and in plain words why that failed. It reads no file. */
import { Failure } from '../core/failure.ts';
import { faultInName, shown } from '../core/text.ts';
import { type GitAnswer, type GitOptions, git } from './git-run.ts';

/**
 * The id of the commit that a revision (branch, tag, id, `HEAD~1`) means: 40 or 64 hex digits.
 * @throws Failure 'config' that says which revision and what to do.
 */
export function resolveRev(rev: string, options: GitOptions): string {
  if (rev === '' || rev.startsWith('-') || faultInName(rev) !== undefined) {
    throw new Failure('config', `\`${shown(rev)}\` is not a revision: write a branch, a tag, or the id of a commit`);
  }
  const answer = ask(rev, options);
  const commit = answer.stdout.toString('latin1').trim();
  if (answer.status === 0 && /ambiguous/.test(answer.stderr)) {
    // git would choose a tag before a branch: whoever may push tags would choose what the review compares with.
    throw new Failure(
      'config',
      `more than one revision is called \`${shown(rev)}\`: write it in full (\`refs/heads/${shown(rev)}\`, \`refs/tags/${shown(rev)}\`) or as the id of a commit`,
    );
  }
  if (answer.status === 0 && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) return commit;
  throw new Failure('config', explained(answer, options.cwd) ?? missing(rev, answer, options));
}

/** Where `cwd` is inside its repository, with a slash at the end; '' at the top. @throws Failure 'config'. */
export function prefixOf(options: GitOptions): string {
  const answer = git(['rev-parse', '--show-prefix'], options);
  if (answer.status === 0) return answer.stdout.toString('utf8').replace(/\n$/, '');
  throw new Failure('config', explained(answer, options.cwd) ?? `git failed: ${said(answer)}`);
}

/** What git itself had to say, on one line. */
export function said({ stderr, error, status }: GitAnswer): string {
  const line = stderr.split('\n').find((one) => /^(?:fatal|error):/.test(one)) ?? stderr.split('\n')[0] ?? '';
  return shown(line.replace(/^(?:fatal|error): /, ''), 300) || error || `it ended with status ${status}`;
}

/** An object that a partial or damaged clone does not have. */
export function lacksObjects({ stderr }: GitAnswer): boolean {
  return /could not fetch|transport '.*' not allowed|lazy fetching disabled|unable to read|bad object|missing/i.test(
    stderr,
  );
}

function ask(rev: string, options: GitOptions): GitAnswer {
  return git(['rev-parse', '--verify', '--end-of-options', `${rev}^{commit}`], options);
}

/** A fault of git or of the folder rather than of the revision. */
function explained({ stderr, error }: GitAnswer, cwd: string): string | undefined {
  const instead = 'or give the other role files as a folder';
  if (error === 'ENOENT')
    return `role files of a revision are read with git, which is not installed: install it, ${instead}`;
  if (error !== undefined) return `git could not be run (${error})`;
  if (/not a git repository/.test(stderr))
    return `\`${shown(cwd)}\` is not in a git repository: run it in one, ${instead}`;
  if (/dubious ownership/.test(stderr)) {
    return `git does not trust the repository of \`${shown(cwd)}\`, because another user owns it: \`git config --global --add safe.directory ${shown(cwd)}\``;
  }
  if (/bare repository/.test(stderr)) return `\`${shown(cwd)}\` is in a bare repository: run it in a working tree`;
  return undefined;
}

function missing(rev: string, answer: GitAnswer, options: GitOptions): string {
  const name = `\`${shown(rev)}\``;
  if (/ambiguous/.test(answer.stderr)) return `${name} matches more than one commit: write more of its digits`;
  const remote = `origin/${rev}`;
  const hint = ask(remote, options).status === 0 ? ` Did you mean \`${shown(remote)}\`?` : '';
  const shallow = git(['rev-parse', '--is-shallow-repository'], options).stdout.toString('latin1').trim() === 'true';
  if (shallow && hint === '') {
    return `the revision ${name} is not in this clone, which is shallow: fetch the whole history (\`fetch-depth: 0\` of actions/checkout, or \`git fetch --unshallow\`)`;
  }
  return `there is no revision ${name} in this repository.${hint || ' Fetch it first, or correct its name.'}`;
}
