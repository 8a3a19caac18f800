/**
 * A stand-in of the GitHub endpoints that the action calls, on loopback, built from https://docs.github.com/en/rest.
 * It is for tests alone, and refuses what GitHub refuses.
 */
import { createMakers, type Makers } from './makers.ts';
import { type Followed, follow } from './origin.ts';
import { listen, type Refusal, type Request, type Service } from './server.ts';
import { createState, type GitHubState, type Permission, type StateOptions, type Token, workflowBot } from './state.ts';

export {
  type AddArtifact,
  type AddRun,
  forkOf,
  type Merge,
  type OpenPull,
  type SetEnvironment,
  zipOf,
} from './makers.ts';
export type { Refusal, Request } from './server.ts';
export { dependabot, type GitHubState, type Token, workflowBot } from './state.ts';

export interface GitHub extends Makers {
  /** For GITHUB_API_URL. */
  readonly url: string;
  readonly state: GitHubState;
  /** Every request in its order, those for archives too. */
  readonly requests: readonly Request[];
  /** The next requests that match are answered so instead, and change nothing. */
  readonly refuseNext: (refusal: Refusal) => void;
  /** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits */
  readonly limitNext: (
    limit?: Pick<Refusal, 'times' | 'method' | 'path'> & { status?: 403 | 429; after?: number },
  ) => void;
  readonly forget: () => void;
  readonly close: () => Promise<void>;
}

export interface GitHubOptions extends StateOptions {
  /** A repository, or the folder of a bare one: commits and branches are then read from there, and never invented. */
  readonly origin?: string | Followed;
  readonly before?: Service['before'];
}

export async function startGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  const state = createState(options);
  const refresh = options.origin === undefined ? () => {} : follow(options.origin, state);
  refresh();
  const requests: Request[] = [];
  const refusals: (Refusal & { left: number })[] = [];
  const before: Service['before'] = async (request) => {
    await options.before?.(request);
    refresh();
  };
  const { url, close } = await listen({ state, requests, refusals, before });
  const refuseNext: GitHub['refuseNext'] = (refusal) => refusals.push({ ...refusal, left: refusal.times ?? 1 });
  return {
    ...createMakers(state, refresh),
    url,
    state,
    requests,
    refuseNext,
    limitNext: ({ status = 403, after = 1, ...which } = {}) => {
      const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
      refuseNext({ ...which, status, message, headers: { 'retry-after': String(after) } });
    },
    forget: () => requests.splice(0),
    close,
  };
}

/** A GITHUB_TOKEN with what `permissions:` of its job grants; `metadata: read` is always there. */
export function workflowToken(permissions: Partial<Record<Permission, 'read' | 'write'>>): Token {
  return { login: workflowBot.login, permissions: { metadata: 'read', ...permissions } };
}
