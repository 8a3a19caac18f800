/** What the stand-in of GitHub knows, as plain data that a test may read and change; it knows no HTTP. */

export interface Account {
  readonly login: string;
  readonly id: number;
  readonly type: 'User' | 'Bot' | 'Organization';
}

export interface Repo {
  readonly owner: string;
  readonly name: string;
  readonly id: number;
  readonly fork: boolean;
}

export type Access = 'read' | 'write';

/** The names are those of an app's permissions; `permissions:` of a workflow writes them with a dash. */
export type Permission =
  | 'actions'
  | 'checks'
  | 'contents'
  | 'deployments'
  | 'issues'
  | 'metadata'
  | 'pull_requests'
  | 'statuses';

export interface Token {
  /** Who a comment of this token is by; `github-actions[bot]` marks the token of a workflow. */
  readonly login: string;
  readonly permissions: Readonly<Partial<Record<Permission, Access>>>;
}

export interface Commit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: { readonly name: string; readonly email: string; readonly date: string };
  readonly committer: { readonly name: string; readonly email: string; readonly date: string };
}

export interface Pull {
  readonly number: number;
  readonly author: string;
  title: string;
  body: string | null;
  draft: boolean;
  labels: string[];
  state: 'open' | 'closed';
  /** `repo` is null where the fork is gone. */
  head: { sha: string; ref: string; repo: Repo | null };
  base: { sha: string; ref: string };
  created_at: string;
  updated_at: string;
  closed_at: string | null;
  merged_at: string | null;
  merged_by: string | null;
  merge_commit_sha: string | null;
  /** The commits that the merge put on the base branch, and where it put them; empty and null until then. */
  landed: readonly string[];
  mergedOnto: string | null;
}

export interface Review {
  readonly id: number;
  readonly pull: number;
  readonly author: string;
  readonly commit_id: string;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';
  body: string;
  readonly submitted_at: string;
}

export interface Comment {
  readonly id: number;
  readonly issue: number;
  readonly author: string;
  body: string;
  readonly created_at: string;
  updated_at: string;
}

export interface Issue {
  readonly number: number;
  readonly author: string;
  title: string;
  body: string | null;
  labels: string[];
  state: 'open' | 'closed';
  state_reason: string | null;
  readonly created_at: string;
  updated_at: string;
  closed_at: string | null;
}

export interface Status {
  readonly id: number;
  readonly sha: string;
  readonly state: 'error' | 'failure' | 'pending' | 'success';
  readonly description: string | null;
  readonly context: string;
  readonly target_url: string | null;
  readonly creator: string;
  readonly created_at: string;
}

export interface Approval {
  readonly environment: string;
  readonly state: 'approved' | 'rejected' | 'pending';
  readonly user: string;
  readonly comment: string;
}

export interface Run {
  readonly id: number;
  readonly event: string;
  readonly path: string;
  readonly head_sha: string;
  readonly head_branch: string | null;
  readonly head_repository: Repo;
  /** Shown only while they are open and of this repository, as GitHub does. */
  readonly pull_requests: readonly number[];
  readonly actor: string;
  readonly created_at: string;
  run_attempt: number;
  status: string;
  conclusion: string | null;
  approvals: Approval[];
}

export interface Artifact {
  readonly id: number;
  readonly name: string;
  readonly run: number;
  readonly zip: Uint8Array;
  readonly created_at: string;
  readonly expires_at: string;
  expired: boolean;
}

export interface Reviewer {
  readonly type: 'User' | 'Team';
  readonly name: string;
}

export interface Environment {
  readonly id: number;
  readonly name: string;
  deployment_branch_policy: { protected_branches: boolean; custom_branch_policies: boolean } | null;
  policies: { id: number; name: string; type: 'branch' | 'tag' }[];
  reviewers: readonly Reviewer[];
  prevent_self_review: boolean;
}

export interface Branch {
  sha: string;
  protected: boolean;
}

export interface GitHubState {
  readonly repository: Repo & { default_branch: string; private: boolean };
  /** By the token itself. */
  readonly tokens: Map<string, Token>;
  readonly users: Map<string, Account>;
  /** By login; who is not here has `none`. */
  readonly collaborators: Map<string, 'admin' | 'maintain' | 'write' | 'triage' | 'read'>;
  readonly commits: Map<string, Commit>;
  readonly branches: Map<string, Branch>;
  /** refs/pull/N/merge by the number, where an origin has it; null where the two sides conflict. */
  readonly testMerges: Map<number, string | null>;
  readonly pulls: Pull[];
  readonly reviews: Review[];
  readonly issues: Issue[];
  readonly labels: string[];
  readonly comments: Comment[];
  readonly statuses: Status[];
  readonly runs: Run[];
  readonly artifacts: Artifact[];
  readonly environments: Environment[];
  /** Milliseconds; each thing that is made takes the next second. */
  clock: number;
  lastId: number;
}

/** GitHub's own app behind the token of a workflow. */
export const workflowBot: Account = { login: 'github-actions[bot]', id: 41898282, type: 'Bot' };
export const dependabot: Account = { login: 'dependabot[bot]', id: 49699333, type: 'Bot' };

export interface StateOptions {
  readonly owner?: string;
  readonly name?: string;
  readonly id?: number;
  readonly defaultBranch?: string;
  /** Default true: in a public repository a token reads without the permission. */
  readonly private?: boolean;
  readonly tokens?: Readonly<Record<string, Token>>;
  /** When the clock starts; default 2026-01-01T00:00:00Z. */
  readonly now?: string;
}

export function createState(options: StateOptions): GitHubState {
  const { owner = 'acme', name = 'roles', id = 4711, defaultBranch = 'main' } = options;
  return {
    repository: { owner, name, id, fork: false, default_branch: defaultBranch, private: options.private ?? true },
    tokens: new Map(Object.entries(options.tokens ?? {})),
    users: new Map([workflowBot, dependabot].map((account) => [account.login, account])),
    collaborators: new Map([[owner, 'admin']]),
    commits: new Map(),
    branches: new Map(),
    testMerges: new Map(),
    pulls: [],
    reviews: [],
    issues: [],
    labels: [],
    comments: [],
    statuses: [],
    runs: [],
    artifacts: [],
    environments: [],
    clock: Date.parse(options.now ?? '2026-01-01T00:00:00Z'),
    lastId: 1000,
  };
}

export function nextId(state: GitHubState): number {
  state.lastId += 1;
  return state.lastId;
}

/** Pull requests and issues count together. */
export function nextNumber(state: GitHubState): number {
  return Math.max(0, ...[...state.pulls, ...state.issues].map(({ number }) => number)) + 1;
}

export function tick(state: GitHubState): string {
  state.clock += 1000;
  return timeOf(state.clock);
}

/** As GitHub writes it: no fraction of a second. */
export function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** Whoever is not known yet becomes known; a login that ends in [bot] is a bot, as nobody else can have one. */
export function accountOf(state: GitHubState, login: string): Account {
  const known = state.users.get(login);
  if (known !== undefined) return known;
  const account: Account = { login, id: nextId(state), type: login.endsWith('[bot]') ? 'Bot' : 'User' };
  state.users.set(login, account);
  return account;
}
