/** What happens at GitHub beside the API, in the words of a story: pulls open, people push and merge, runs leave artifacts. */
import { strToU8, zipSync } from 'fflate';
import { between, reachable } from './graph.ts';
import {
  type Approval,
  type Artifact,
  type Branch,
  type Comment,
  type Environment,
  type GitHubState,
  type Issue,
  nextId,
  nextNumber,
  type Pull,
  type Repo,
  type Review,
  type Reviewer,
  type Run,
  tick,
  timeOf,
} from './state.ts';

export interface OpenPull {
  /** Default: the next free number. */
  readonly number?: number;
  readonly head: { readonly sha: string; readonly ref: string; readonly repo?: Repo | null };
  /** Default: the tip of the default branch. */
  readonly base?: { readonly sha: string; readonly ref: string };
  readonly author?: string;
  readonly title?: string;
  readonly body?: string;
  readonly draft?: boolean;
}

export interface Merge {
  readonly how: 'merge' | 'squash' | 'rebase';
  /** The commit that is then the tip for this pull request: `merge_commit_sha`. */
  readonly sha: string;
  readonly at?: string;
  readonly by?: string;
  /** Of a rebase without an origin: the ids on the base branch, oldest first, `sha` last. */
  readonly commits?: readonly string[];
}

export interface AddRun {
  /** A known id adds to that run. */
  readonly id?: number;
  readonly event: string;
  readonly path: string;
  readonly head_sha: string;
  readonly head_branch?: string | null;
  readonly head_repository?: Repo;
  readonly pull_requests?: readonly number[];
  readonly actor?: string;
  readonly status?: string;
  readonly conclusion?: string | null;
  readonly created_at?: string;
}

export interface AddArtifact {
  readonly name: string;
  /** A number: the id of a run that is there. */
  readonly run: AddRun | number;
  /** Paths in the archive and their text; or the bytes of the archive itself. */
  readonly files: Readonly<Record<string, string>> | Uint8Array;
  readonly created_at?: string;
  readonly expired?: boolean;
}

export interface SetEnvironment {
  /** `protected`: branches with protection; `all`: no policy; or patterns by name. */
  readonly branches: 'default-only' | 'all' | 'protected' | readonly string[];
  readonly tags?: readonly string[];
  readonly reviewers?: readonly (string | Reviewer)[];
  readonly preventSelfReview?: boolean;
}

export interface Makers {
  readonly openPull: (pull: OpenPull) => Pull;
  /** Somebody pushes to the head of a pull request. `force` where the new commit does not follow the old one. */
  readonly pushTo: (number: number, sha: string, options?: { readonly force?: boolean }) => Pull;
  readonly closePull: (number: number) => Pull;
  readonly merge: (number: number, merge: Merge) => Pull;
  /** A branch is made, or moves: a direct push. */
  readonly push: (branch: string, sha: string, options?: { readonly force?: boolean }) => void;
  readonly deleteBranch: (branch: string) => void;
  readonly protect: (branch: string) => void;
  readonly review: (review: Pick<Review, 'pull' | 'author' | 'state'> & Partial<Review>) => Review;
  readonly addComment: (comment: Pick<Comment, 'issue' | 'author' | 'body'>) => Comment;
  readonly addIssue: (issue: Pick<Issue, 'author' | 'title'> & Partial<Issue>) => Issue;
  readonly addRun: (run: AddRun) => Run;
  readonly addArtifact: (artifact: AddArtifact) => Artifact;
  readonly approve: (run: number, approval: Approval) => void;
  readonly setEnvironment: (name: string, environment: SetEnvironment) => Environment;
  readonly removeEnvironment: (name: string) => void;
}

/** `refresh` reads the origin, where there is one; what it knows is never invented. */
export function createMakers(state: GitHubState, refresh: () => void): Makers {
  const pullOf = (number: number): Pull => {
    const found = state.pulls.find((pull) => pull.number === number);
    if (found === undefined) throw new Error(`The stand-in has no pull request #${number}`);
    return found;
  };
  const know = (sha: string, parents: readonly string[], author = 'somebody') => {
    if (state.commits.has(sha)) return;
    const who = { name: author, email: `${author}@example.com`, date: timeOf(state.clock) };
    const there = parents.filter((parent) => state.commits.has(parent));
    state.commits.set(sha, { sha, parents: there, message: `commit ${sha}`, author: who, committer: who });
  };
  const move = (name: string, sha: string) => {
    const branch: Branch = state.branches.get(name) ?? { sha, protected: false };
    branch.sha = sha;
    state.branches.set(name, branch);
  };
  const own = (pull: Pull) => pull.head.repo?.id === state.repository.id;

  const addRun: Makers['addRun'] = (given) => {
    const known = state.runs.find(({ id }) => id === given.id);
    if (known !== undefined) return known;
    const run: Run = {
      id: given.id ?? nextId(state),
      event: given.event,
      path: given.path,
      head_sha: given.head_sha,
      head_branch: given.head_branch ?? state.repository.default_branch,
      head_repository: given.head_repository ?? state.repository,
      pull_requests: given.pull_requests ?? [],
      actor: given.actor ?? state.repository.owner,
      created_at: given.created_at ?? tick(state),
      run_attempt: 1,
      status: given.status ?? 'completed',
      conclusion: given.conclusion === undefined ? 'success' : given.conclusion,
      approvals: [],
    };
    state.runs.push(run);
    return run;
  };

  return {
    openPull: (given) => {
      refresh();
      const branch = state.repository.default_branch;
      const base = given.base ?? { ref: branch, sha: state.branches.get(branch)?.sha ?? '' };
      know(base.sha, []);
      if (!state.branches.has(base.ref)) move(base.ref, base.sha);
      know(given.head.sha, [base.sha], given.author);
      const at = tick(state);
      const pull: Pull = {
        number: given.number ?? nextNumber(state),
        author: given.author ?? state.repository.owner,
        title: given.title ?? `Change ${given.head.ref}`,
        body: given.body ?? null,
        draft: given.draft ?? false,
        labels: [],
        state: 'open',
        head: { sha: given.head.sha, ref: given.head.ref, repo: repoOf(given, state) },
        base: { ...base },
        ...{ created_at: at, updated_at: at, closed_at: null, merged_at: null, merged_by: null },
        ...{ merge_commit_sha: null, landed: [], mergedOnto: null },
      };
      state.pulls.push(pull);
      if (own(pull)) move(pull.head.ref, pull.head.sha);
      return pull;
    },

    pushTo: (number, sha, { force = false } = {}) => {
      refresh();
      const pull = pullOf(number);
      know(sha, [force ? pull.base.sha : pull.head.sha], pull.author);
      pull.head.sha = sha;
      pull.updated_at = tick(state);
      if (own(pull)) move(pull.head.ref, sha);
      return pull;
    },

    closePull: (number) => {
      const pull = pullOf(number);
      pull.state = 'closed';
      pull.closed_at = tick(state);
      pull.updated_at = pull.closed_at;
      return pull;
    },

    merge: (number, { how, sha, at, by, commits = [] }) => {
      refresh();
      const pull = pullOf(number);
      if (pull.state === 'closed') throw new Error(`#${number} is closed already`);
      const heads = between(state.commits, pull.base.sha, pull.head.sha);
      const tip = state.branches.get(pull.base.ref)?.sha ?? pull.base.sha;
      let parent = tip;
      for (const each of commits) {
        know(each, [parent]);
        parent = each;
      }
      const invented = !state.commits.has(sha);
      const later = reachable(state.commits, tip).has(sha);
      know(sha, how === 'merge' ? [tip, pull.head.sha] : [parent]);
      if (!later) move(pull.base.ref, sha);
      const length = how !== 'rebase' ? 1 : commits.length > 0 ? commits.length : invented ? 1 : heads.length;
      const { chain, below } = firstParents(state, sha, length);
      pull.landed = how === 'merge' ? [...heads.map((one) => one.sha), ...chain] : chain;
      pull.mergedOnto = below;
      pull.state = 'closed';
      const moment = at ?? tick(state);
      pull.merged_at = moment;
      pull.closed_at = moment;
      pull.updated_at = moment;
      pull.merged_by = by ?? state.repository.owner;
      pull.merge_commit_sha = sha;
      return pull;
    },

    push: (branch, sha, { force = false } = {}) => {
      refresh();
      const before = state.branches.get(branch)?.sha;
      know(sha, before === undefined || force ? [] : [before]);
      move(branch, sha);
    },
    deleteBranch: (branch) => {
      state.branches.delete(branch);
    },
    protect: (branch) => {
      const found = state.branches.get(branch);
      if (found === undefined) throw new Error(`The stand-in has no branch ${branch}`);
      found.protected = true;
    },

    review: (given) => {
      const { head } = pullOf(given.pull);
      const review = { id: nextId(state), body: '', commit_id: head.sha, submitted_at: tick(state), ...given };
      state.reviews.push(review);
      return review;
    },

    addComment: (given) => {
      const at = tick(state);
      const comment = { id: nextId(state), created_at: at, updated_at: at, ...given };
      state.comments.push(comment);
      return comment;
    },

    addIssue: (given) => {
      const at = tick(state);
      const times = { created_at: at, updated_at: at, closed_at: null };
      const open = { number: nextNumber(state), body: null, labels: [], state: 'open', state_reason: null } as const;
      const issue: Issue = { ...open, ...times, ...given, labels: [...(given.labels ?? [])] };
      state.issues.push(issue);
      return issue;
    },

    addRun,

    addArtifact: ({ name, run: ofRun, files, created_at, expired = false }) => {
      const run = typeof ofRun === 'number' ? state.runs.find(({ id }) => id === ofRun) : addRun(ofRun);
      if (run === undefined) throw new Error(`The stand-in has no run ${String(ofRun)}`);
      const at = created_at ?? tick(state);
      const expires_at = timeOf(Date.parse(at) + 90 * 24 * 60 * 60 * 1000);
      const zip = files instanceof Uint8Array ? files : zipOf(files);
      const artifact: Artifact = { id: nextId(state), name, run: run.id, zip, created_at: at, expires_at, expired };
      state.artifacts.push(artifact);
      return artifact;
    },

    approve: (id, approval) => {
      const run = state.runs.find((one) => one.id === id);
      if (run === undefined) throw new Error(`The stand-in has no run ${id}`);
      run.approvals.push(approval);
    },

    setEnvironment: (name, given) => {
      const environment = environmentOf(state, name, given);
      const at = state.environments.findIndex((one) => one.name === name);
      if (at < 0) state.environments.push(environment);
      else state.environments[at] = environment;
      return environment;
    },

    removeEnvironment: (name) => {
      const at = state.environments.findIndex((one) => one.name === name);
      if (at >= 0) state.environments.splice(at, 1);
    },
  };
}

/** A fork of the repository, for the head of a pull request. */
export function forkOf(state: GitHubState, owner: string): Repo {
  return { owner, name: state.repository.name, id: nextId(state), fork: true };
}

/** The archive that `actions/upload-artifact` leaves. */
export function zipOf(files: Readonly<Record<string, string>>): Uint8Array {
  const bytes = Object.entries(files).map(([path, text]) => [path, strToU8(text)] as const);
  return zipSync(Object.fromEntries(bytes), { mtime: '2026-01-01T00:00:00Z' });
}

/** undefined is this repository, null a fork that is gone. */
function repoOf({ head }: OpenPull, { repository }: GitHubState): Repo | null {
  return head.repo === undefined ? repository : head.repo;
}

/** The last `length` commits up to `sha` along the first parents, oldest first, and the commit below them. */
function firstParents(state: GitHubState, sha: string, length: number) {
  const chain: string[] = [];
  let at: string | undefined = sha;
  while (at !== undefined && chain.length < length) {
    chain.unshift(at);
    at = state.commits.get(at)?.parents[0];
  }
  return { chain, below: at ?? null };
}

function environmentOf(state: GitHubState, name: string, given: SetEnvironment): Environment {
  const { branches, tags = [], reviewers = [], preventSelfReview = false } = given;
  const patterns = branches === 'default-only' ? [state.repository.default_branch] : branches;
  const custom = typeof patterns !== 'string';
  const named = (type: 'branch' | 'tag') => (pattern: string) => ({ id: nextId(state), name: pattern, type });
  const own = { protected_branches: !custom, custom_branch_policies: custom };
  const id = nextId(state);
  // Its two rules take the next ids.
  state.lastId += 2;
  return {
    id,
    name,
    deployment_branch_policy: branches === 'all' ? null : own,
    policies: custom ? [...patterns.map(named('branch')), ...tags.map(named('tag'))] : [],
    reviewers: reviewers.map((one) => (typeof one === 'string' ? { type: 'User', name: one } : one)),
    prevent_self_review: preventSelfReview,
  };
}
