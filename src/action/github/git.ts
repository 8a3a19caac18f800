/** git in the checked-out repository: reads without any secret, and one way to fetch refs with the token of the job. */
import { Buffer } from 'node:buffer';
import { Failure } from '../../core/failure.ts';
import { shown } from '../../core/text.ts';
import { said } from '../../files/git-rev.ts';
import { type GitAnswer, type GitOptions, git, runGit } from '../../files/git-run.ts';
import type { Context } from '../context.ts';

export interface Git {
  /** What git printed, without white space at its end. @throws Failure 'config' in git's own words. */
  readonly read: (...args: readonly string[]) => string;
  /** As `read`; undefined where git ends with an error, as `merge-base --is-ancestor` does for "no". */
  readonly ask: (...args: readonly string[]) => string | undefined;
  /** The id of a commit; undefined where there is none of that name. */
  readonly commit: (rev: string) => string | undefined;
  /** Whether `of` reaches `ancestor`; both are ids of commits that are there. */
  readonly isAncestor: (ancestor: string, of: string) => boolean;
  /**
   * Fetches refspecs from `origin`; false where the remote has no such ref.
   * @throws Failure 'network' where the remote cannot be read.
   */
  readonly fetch: (...refspecs: readonly string[]) => boolean;
}

type Where = Pick<Context, 'workspace' | 'serverUrl'> & { readonly token: string };

export function createGit({ workspace, serverUrl, token }: Where, environment: GitOptions['environment']): Git {
  const options: GitOptions = { cwd: workspace, environment };
  const run = (args: readonly string[]) => git(args, options, { maxBytes: 64 * 1024 * 1024 });
  const text = ({ stdout }: GitAnswer) => stdout.toString('utf8').trimEnd();
  const ask: Git['ask'] = (...args) => {
    const answer = run(args);
    return answer.status === 0 ? text(answer) : undefined;
  };
  // Ids are for ever, and so is what they reach. A "no" may only mean that a commit is not fetched yet: it is asked again.
  const reached = new Set<string>();
  return {
    ask,
    read: (...args) => {
      const answer = run(args);
      if (answer.status === 0) return text(answer);
      throw new Failure('config', `git ${shown(args[0] ?? '')} failed: ${said(answer)}`);
    },
    commit: (rev) => ask('rev-parse', '--verify', '--quiet', '--end-of-options', `${rev}^{commit}`),
    isAncestor: (ancestor, of) => {
      if (ancestor === of) return true;
      const key = `${ancestor} ${of}`;
      if (reached.has(key)) return true;
      const reaches = ask('merge-base', '--is-ancestor', ancestor, of) !== undefined;
      if (reaches) reached.add(key);
      return reaches;
    },
    fetch: (...refspecs) => {
      const extra = { ...networkOf(environment), ...authorisation(serverUrl, token), GIT_ALLOW_PROTOCOL: 'https:file' };
      const reaching: GitOptions = {
        ...options,
        run: (call) => runGit({ ...call, environment: { ...call.environment, ...extra } }),
      };
      const answer = git([...fetching, 'origin', ...refspecs], reaching);
      if (answer.status === 0) return true;
      if (/couldn't find remote ref/i.test(answer.stderr)) return false;
      throw new Failure('network', `git could not fetch from origin: ${said(answer)}`);
    },
  };
}

const fetching: readonly string[] = [
  'fetch',
  '--quiet',
  '--no-tags',
  '--no-recurse-submodules',
  '--no-auto-maintenance',
  '--no-write-fetch-head',
  '--end-of-options',
];

/** By way of the environment: arguments of a process can be read by every other one. */
function authorisation(serverUrl: string, token: string): Readonly<Record<string, string>> {
  if (token === '') return {};
  const credentials = Buffer.from(`x-access-token:${token}`).toString('base64');
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${serverUrl}/.extraheader`,
    GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${credentials}`,
  };
}

function networkOf(environment: GitOptions['environment']): Readonly<Record<string, string>> {
  const passed = Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && /^(?:https?_proxy|no_proxy|all_proxy|ssl_cert_file|ssl_cert_dir)$/i.test(name)
      ? [[name, value] as const]
      : [],
  );
  return Object.fromEntries(passed);
}
