/** A repository at the stand-in of GitHub, the sandbox behind it, and the action run in this process as a workflow runs it. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { act } from '../../src/action/act.ts';
import type { Mode } from '../../src/action/context.ts';
import {
  forkOf,
  type GitHub,
  type GitHubOptions,
  type GitHubState,
  startGitHub,
  workflowToken,
} from '../github/github.ts';
import { createHosted } from '../github/hosted.ts';
import type { Files, Origin } from '../github/repository.ts';
import { type Remote, remote } from '../support/remote.ts';

export type Pull = GitHubState['pulls'][number];
export type Permissions = Parameters<typeof workflowToken>[0];

export const planWorkflow = '.github/workflows/roles-plan.yml';
export const applyWorkflow = '.github/workflows/roles-apply.yml';
export const gateWorkflow = '.github/workflows/roles-gate.yml';
export const driftWorkflow = '.github/workflows/roles-drift.yml';

/** What a run of the action left behind. */
export interface Ran {
  readonly code: number;
  readonly runId: number;
  /** Everything in the log, workflow commands included, in its order. */
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
  readonly summary: string;
  /** What the runner was told to hide. */
  readonly secrets: readonly string[];
  /** RUNNER_TEMP of this run. */
  readonly temporary: string;
}

export interface RunOptions {
  readonly mode: Mode;
  readonly event: string;
  /** What `github.event` holds. */
  readonly payload: unknown;
  /** GITHUB_SHA, and what is checked out; default: the tip of the default branch. */
  readonly sha?: string;
  /** Inputs of action.yml by name; default: the path `roles` and the environment of the mode. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** Beside the credentials of the sandbox; null takes one away. */
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly permissions?: Permissions;
  readonly actor?: string;
  /** Path of the workflow file; default: that of the mode. */
  readonly workflow?: string;
  /** A re-run keeps its id, and is its next attempt; default: a new run. */
  readonly runId?: number;
  /** What is checked out; default: a whole clone at `sha`. */
  readonly workspace?: string;
  readonly now?: () => number;
  readonly signal?: AbortSignal;
}

export interface Scene {
  readonly github: GitHub;
  readonly origin: Origin;
  readonly remote: Remote;
  /** Commits on the default branch and pushes: a direct push. The id. */
  readonly pushMain: (files: Files) => string;
  readonly tip: () => string;
  /** Branches off, commits, pushes, opens. `fork`: the head is in a fork of that owner. */
  readonly open: (files: Files, options?: OpenOptions) => Pull;
  /** One more commit on the head of a pull request, with the refs as GitHub keeps them. */
  readonly push: (number: number, files: Files) => Pull;
  /** What GitHub does when the base moved: writes refs/pull/N/merge anew. */
  readonly refresh: (number: number) => void;
  readonly merge: (number: number, how?: 'merge' | 'squash' | 'rebase') => Pull;
  /** One run of the action, as `runAction` does it, in this scene. */
  readonly run: (options: RunOptions) => Promise<Ran>;
  /** roles-plan.yml for a pull request as it is now: runs `plan` and uploads the artifact. */
  readonly plan: (number: number, options?: Partial<RunOptions>) => Promise<Ran>;
  /** roles-apply.yml for the push that made `after` the tip: runs `apply` and uploads the artifact. */
  readonly apply: (before: string, options?: Partial<RunOptions>) => Promise<Ran>;
  /** What actions/upload-artifact does with the outputs of a run. */
  readonly upload: (ran: Ran) => void;
  /** Bodies of the comments on an issue or pull request, by author. */
  readonly comments: (number: number, author?: string) => readonly string[];
  /** `state: description` of the statuses `rolesync/plan` of a commit, oldest first. */
  readonly statuses: (sha: string) => readonly string[];
}

export interface OpenOptions {
  readonly branch?: string;
  readonly author?: string;
  readonly fork?: string;
  /** Where the branch starts; default: the tip of the default branch. */
  readonly from?: string;
}

/**
 * `files` are the first commit of the default branch; the environments of all modes are fenced as they should be. `before`
 * runs before every answer of the stand-in: the place to let the world move on in between.
 */
export async function scene(
  files: (remote: Remote) => Files = () => ({}),
  options: Pick<GitHubOptions, 'before'> = {},
): Promise<Scene> {
  const sandbox = await remote();
  const origin = createHosted();
  onTestFinished(() => origin.remove());
  origin.commit({ 'README.md': 'roles\n', ...files(sandbox) });
  origin.push();
  const github = await startGitHub({ ...options, origin });
  onTestFinished(() => github.close());
  for (const name of Object.values(environments)) github.setEnvironment(name, { branches: 'default-only' });
  return createScene(github, origin, sandbox);
}

const environments = {
  validate: 'roles-plan',
  plan: 'roles-plan',
  apply: 'roles-apply',
  gate: 'roles-gate',
  drift: 'roles-drift',
} as const;

const workflows: Readonly<Record<Mode, string>> = {
  validate: planWorkflow,
  plan: planWorkflow,
  apply: applyWorkflow,
  gate: applyWorkflow,
  drift: driftWorkflow,
};

const permissionsOf: Readonly<Record<Mode, Permissions>> = {
  validate: { contents: 'read', pull_requests: 'read' },
  plan: { actions: 'read', contents: 'read', pull_requests: 'write', statuses: 'write' },
  apply: { actions: 'read', contents: 'read', pull_requests: 'write', statuses: 'read' },
  gate: { actions: 'read', contents: 'read', pull_requests: 'write', statuses: 'read' },
  drift: { actions: 'read', contents: 'read', issues: 'write', pull_requests: 'read', statuses: 'read' },
};

function createScene(github: GitHub, origin: Origin, sandbox: Remote): Scene {
  const branches = new Map<number, string>();
  const branchOf = (number: number) => branches.get(number) ?? `change-${number}`;
  const main = github.state.repository.default_branch;
  const tip = () => origin.tip(main);
  const run: Scene['run'] = (options) => runAction({ github, origin, remote: sandbox }, options);
  const isFork = (number: number) => github.state.pulls.find((one) => one.number === number)?.head.repo?.fork === true;
  /** A fork's branch is in no ref of this repository but those of the pull request. */
  const publish = (number: number) => {
    if (!isFork(number)) origin.push(branchOf(number), { force: true });
    return origin.pullRefs(number, branchOf(number));
  };

  const upload: Scene['upload'] = ({ outputs, runId }) => {
    const name = outputs['artifact-name'] ?? '';
    const folder = outputs['artifact-path'] ?? '';
    if (name === '' || folder === '') return;
    const files = readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')] as const);
    const { artifacts } = github.state;
    const there = artifacts.findIndex((one) => one.run === runId && one.name === name);
    // `overwrite: true` stands at one of them alone; the other would end with 409.
    if (there >= 0 && !name.startsWith('rolesync-open-')) throw new Error(`the run has an artifact called ${name}`);
    if (there >= 0) artifacts.splice(there, 1);
    github.addArtifact({ name, run: runId, files: Object.fromEntries(files) });
  };

  return {
    github,
    origin,
    remote: sandbox,
    tip,
    run,
    upload,
    pushMain: (files) => {
      const sha = origin.commit(files, { branch: main });
      origin.push();
      return sha;
    },
    open: (files, { branch, author = 'alice', fork, from } = {}) => {
      const number = Math.max(0, ...[...github.state.pulls, ...github.state.issues].map((one) => one.number)) + 1;
      branches.set(number, branch ?? `change-${number}`);
      const sha = origin.commit(files, {
        branch: branchOf(number),
        from: from ?? main,
        author,
        message: `change ${number}`,
      });
      const repo = fork === undefined ? undefined : forkOf(github.state, fork);
      if (repo === undefined) origin.push(branchOf(number));
      origin.pullRefs(number, branchOf(number));
      return github.openPull({ number, author, head: { sha, ref: branchOf(number), ...(repo && { repo }) } });
    },
    push: (number, files) => {
      const sha = origin.commit(files, { branch: branchOf(number), message: `more of ${number}` });
      publish(number);
      return github.pushTo(number, sha);
    },
    refresh: (number) => {
      publish(number);
    },
    merge: (number, how = 'squash') => {
      const { sha, commits } = origin.merge(branchOf(number), { how, number });
      return github.merge(number, { how, sha, ...(how === 'rebase' && { commits }) });
    },
    plan: async (number, options = {}) => {
      const ran = await run({
        mode: 'plan',
        event: 'pull_request_target',
        payload: pullPayload(github.state, number),
        ...options,
      });
      upload(ran);
      return ran;
    },
    apply: async (before, options = {}) => {
      const after = options.sha ?? tip();
      const payload = { ref: `refs/heads/${main}`, before, after, repository: repositoryPayload(github.state) };
      const ran = await run({ mode: 'apply', event: 'push', payload, ...options });
      upload(ran);
      return ran;
    },
    comments: (number, author = 'github-actions[bot]') =>
      github.state.comments.filter((one) => one.issue === number && one.author === author).map(({ body }) => body),
    statuses: (sha) =>
      github.state.statuses
        .filter((one) => one.sha === sha && one.context === 'rolesync/plan')
        .map(({ state, description }) => `${state}: ${description}`),
  };
}

/** The event of a pull request as it stands now. A re-run gets the payload of its first run again. */
export function pullPayload(state: GitHubState, number: number, action = 'synchronize'): object {
  const pull = state.pulls.find((one) => one.number === number);
  if (pull === undefined) throw new Error(`there is no pull request #${number}`);
  const { repo } = pull.head;
  return {
    action,
    number,
    pull_request: {
      number,
      state: pull.state,
      title: pull.title,
      body: pull.body,
      user: { login: pull.author },
      head: {
        ref: pull.head.ref,
        sha: pull.head.sha,
        repo: repo && { id: repo.id, full_name: `${repo.owner}/${repo.name}`, fork: repo.fork },
      },
      base: { ref: pull.base.ref, sha: pull.base.sha, repo: repositoryPayload(state) },
    },
    repository: repositoryPayload(state),
    sender: { login: pull.author },
  };
}

export function repositoryPayload({ repository }: GitHubState): object {
  const { id, owner, name, default_branch, fork } = repository;
  return { id, name, full_name: `${owner}/${name}`, owner: { login: owner }, default_branch, fork };
}

type Place = Pick<Scene, 'github' | 'origin' | 'remote'>;

/** A runner of GitHub's: a fresh checkout, a temporary folder, the event in a file, a token of this job alone. */
export async function runAction({ github, origin, remote: sandbox }: Place, options: RunOptions): Promise<Ran> {
  const { mode, event, inputs = {}, permissions = permissionsOf[mode] } = options;
  const { repository } = github.state;
  const sha = options.sha ?? origin.tip(repository.default_branch);
  const known = github.state.runs.find(({ id }) => id === options.runId);
  if (known !== undefined) known.run_attempt += 1;
  const { id: runId, run_attempt: attempt } = github.addRun({
    ...(options.runId !== undefined && { id: options.runId }),
    event,
    path: options.workflow ?? workflows[mode],
    head_sha: sha,
    ...(options.actor !== undefined && { actor: options.actor }),
  });
  const token = `ghs_${mode}_${runId}_${github.state.tokens.size}`;
  github.state.tokens.set(token, workflowToken(permissions));
  const temporary = mkdtempSync(join(tmpdir(), 'rolesync-runner-'));
  onTestFinished(() => rmSync(temporary, { recursive: true, force: true }));
  mkdirSync(join(temporary, 'event'));
  const eventFile = join(temporary, 'event', 'event.json');
  writeFileSync(eventFile, JSON.stringify(options.payload));
  const given = { mode, environment: environments[mode], 'github-token': token, ...inputs };
  const left = {
    log: '',
    summary: '',
    outputs: {} as Record<string, string>,
    warnings: [] as string[],
    errors: [] as string[],
    secrets: [] as string[],
  };
  const environment: Record<string, string | null> = {
    PATH: process.env['PATH'] ?? '',
    HOME: temporary,
    GITHUB_ACTIONS: 'true',
    GITHUB_REPOSITORY: `${repository.owner}/${repository.name}`,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_API_URL: github.url,
    GITHUB_RUN_ID: String(runId),
    GITHUB_RUN_ATTEMPT: String(attempt),
    GITHUB_EVENT_NAME: event,
    GITHUB_EVENT_PATH: eventFile,
    GITHUB_SHA: sha,
    GITHUB_REF: `refs/heads/${repository.default_branch}`,
    GITHUB_ACTOR: options.actor ?? 'alice',
    GITHUB_WORKSPACE: options.workspace ?? origin.checkout(sha),
    RUNNER_TEMP: join(temporary),
    ...sandbox.environment,
    ...Object.fromEntries(Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    ...options.environment,
  };
  const code = await act({
    environment: Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value ?? undefined])),
    toolkit: {
      write: (text) => {
        left.log += text;
      },
      setSecret: (secret) => left.secrets.push(secret),
      setOutput: (name, value) => {
        left.outputs[name] = String(value);
      },
      warning: (message) => {
        left.warnings.push(message);
        left.log += `::warning::${message}\n`;
      },
      error: (message) => {
        left.errors.push(message);
        left.log += `::error::${message}\n`;
      },
      summary: async (markdown) => {
        left.summary += markdown;
      },
    },
    signal: options.signal ?? new AbortController().signal,
    now: options.now ?? (() => github.state.clock),
    wait: async () => undefined,
  });
  return { code, runId, temporary, ...left };
}
