/** Answers for runs of workflows and their artifacts; the archives themselves are served by `server.ts`. */
import { type Answer, notFound, numberOf, ok, type Route, refusal, type Visit } from './route.ts';
import { base, page, repository, user } from './shapes.ts';
import type { Artifact, Run } from './state.ts';

const needs = [{ actions: 'read' }] as const;

export const actionRoutes: readonly Route[] = [
  { method: 'GET', path: '/actions/artifacts', needs, answer: artifacts },
  { method: 'GET', path: '/actions/artifacts/{id}', needs, answer: oneArtifact },
  { method: 'GET', path: '/actions/artifacts/{id}/zip', needs, always: true, answer: download },
  { method: 'GET', path: '/actions/runs', needs, answer: (visit) => runs(visit, () => true) },
  { method: 'GET', path: '/actions/runs/{id}', needs, answer: oneRun },
  { method: 'GET', path: '/actions/runs/{id}/artifacts', needs, answer: artifactsOfRun },
  { method: 'GET', path: '/actions/runs/{id}/approvals', needs, answer: approvals },
  { method: 'GET', path: '/actions/workflows/{workflow}/runs', needs, answer: runsOfWorkflow },
];

/** https://docs.github.com/en/rest/actions/artifacts#list-artifacts-for-a-repository: newest first, a name exactly */
function artifacts(visit: Visit): Answer {
  return { list: found(visit, () => true), key: 'artifacts' };
}

function artifactsOfRun(visit: Visit): Answer {
  const run = numberOf(visit, 'id');
  if (!visit.state.runs.some(({ id }) => id === run)) return notFound();
  return { list: found(visit, (artifact) => artifact.run === run), key: 'artifacts' };
}

function found(visit: Visit, wanted: (artifact: Artifact) => boolean): readonly object[] {
  const name = visit.query.get('name');
  return visit.state.artifacts
    .filter((artifact) => wanted(artifact) && (name === null || artifact.name === name))
    .sort((a, b) => b.id - a.id)
    .map((artifact) => artifactShape(visit, artifact));
}

function oneArtifact(visit: Visit): Answer {
  const artifact = visit.state.artifacts.find(({ id }) => id === numberOf(visit, 'id'));
  return artifact === undefined ? notFound() : ok(artifactShape(visit, artifact));
}

/** https://docs.github.com/en/rest/actions/artifacts#download-an-artifact: 302 to another origin; 410 once expired */
function download(visit: Visit): Answer {
  const artifact = visit.state.artifacts.find(({ id }) => id === numberOf(visit, 'id'));
  if (artifact === undefined) return notFound();
  if (artifact.expired) return refusal(410, 'Artifact has expired');
  return { status: 302, headers: { location: `${visit.blobs}/${artifact.id}?sig=stand-in` } };
}

function artifactShape(visit: Visit, artifact: Artifact): object {
  const run = visit.state.runs.find(({ id }) => id === artifact.run);
  const url = `${base(visit)}/actions/artifacts/${artifact.id}`;
  return {
    id: artifact.id,
    node_id: `AR_${artifact.id}`,
    name: artifact.name,
    size_in_bytes: artifact.zip.length,
    url,
    archive_download_url: `${url}/zip`,
    expired: artifact.expired,
    created_at: artifact.created_at,
    updated_at: artifact.created_at,
    expires_at: artifact.expires_at,
    workflow_run: run && {
      id: run.id,
      repository_id: visit.state.repository.id,
      head_repository_id: run.head_repository.id,
      head_branch: run.head_branch,
      head_sha: run.head_sha,
    },
  };
}

/** https://docs.github.com/en/rest/actions/workflow-runs#list-workflow-runs-for-a-workflow: by file name or by id */
function runsOfWorkflow(visit: Visit): Answer {
  const wanted = visit.params['workflow'] ?? '';
  const matches = (run: Run) => fileOf(run) === wanted || String(workflowId(run)) === wanted;
  return visit.state.runs.some(matches) ? runs(visit, matches) : notFound();
}

function runs(visit: Visit, wanted: (run: Run) => boolean): Answer {
  const { query } = visit;
  const asked = (name: string, ...values: readonly (string | null)[]) =>
    query.get(name) === null || values.includes(query.get(name));
  const list = visit.state.runs
    .filter(wanted)
    .filter((run) => asked('event', run.event) && asked('branch', run.head_branch) && asked('head_sha', run.head_sha))
    .filter((run) => asked('status', run.status, run.conclusion) && asked('actor', run.actor))
    .filter((run) => within(run.created_at, query.get('created')))
    .sort((a, b) => b.id - a.id);
  return { list: list.map((run) => runShape(visit, run)), key: 'workflow_runs' };
}

/** https://docs.github.com/en/search-github/getting-started-with-searching-on-github/understanding-the-search-syntax */
function within(at: string, range: string | null): boolean {
  if (range === null) return true;
  const [, sign, date = ''] = /^(>=|<=|>|<)?(.*)$/.exec(range) ?? [];
  const [from = '', to = ''] = date.split('..');
  if (date.includes('..')) return (from === '*' || at >= from) && (to === '*' || at <= to);
  if (sign === '>=') return at >= date;
  if (sign === '<=') return at <= date;
  if (sign === '>') return at > date;
  return sign === '<' ? at < date : at.startsWith(date);
}

function oneRun(visit: Visit): Answer {
  const run = visit.state.runs.find(({ id }) => id === numberOf(visit, 'id'));
  return run === undefined ? notFound() : ok(runShape(visit, run));
}

/** https://docs.github.com/en/rest/actions/workflow-runs#get-the-review-history-for-a-workflow-run */
function approvals(visit: Visit): Answer {
  const run = visit.state.runs.find(({ id }) => id === numberOf(visit, 'id'));
  if (run === undefined) return notFound();
  return ok(
    run.approvals.map(({ environment, state, user: login, comment }) => ({
      environments: visit.state.environments
        .filter(({ name }) => name === environment)
        .map(({ id, name }) => ({ id, name })),
      ...{ state, comment, user: user(visit, login) },
    })),
  );
}

/**
 * https://docs.github.com/en/rest/actions/workflow-runs#get-a-workflow-run. `pull_requests` is what is open now and of
 * this repository: it is empty after the merge, and for forks (https://github.com/github/docs/issues/22501).
 */
function runShape(visit: Visit, run: Run): object {
  const { state } = visit;
  const url = `${base(visit)}/actions/runs/${run.id}`;
  const shown = state.pulls
    .filter((pull) => run.pull_requests.includes(pull.number) && pull.state === 'open')
    .filter((pull) => pull.head.repo?.id === state.repository.id);
  const repo = { id: state.repository.id, url: base(visit), name: state.repository.name };
  return {
    id: run.id,
    node_id: `WFR_${run.id}`,
    name: fileOf(run),
    path: run.path,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    head_branch: run.head_branch,
    head_sha: run.head_sha,
    run_number: run.id,
    run_attempt: run.run_attempt,
    workflow_id: workflowId(run),
    url,
    html_url: `${page(visit)}/actions/runs/${run.id}`,
    artifacts_url: `${url}/artifacts`,
    pull_requests: shown.map(({ number, head, base: onto }) => ({
      id: 1_000_000 + number,
      number,
      url: `${base(visit)}/pulls/${number}`,
      head: { ref: head.ref, sha: head.sha, repo },
      base: { ref: onto.ref, sha: onto.sha, repo },
    })),
    created_at: run.created_at,
    updated_at: run.created_at,
    run_started_at: run.created_at,
    actor: user(visit, run.actor),
    triggering_actor: user(visit, run.actor),
    repository: repository(visit),
    head_repository: repository(visit, run.head_repository),
  };
}

function fileOf(run: Run): string {
  return (run.path.split('@')[0] ?? '').split('/').at(-1) ?? '';
}

/** One number for each file. */
function workflowId(run: Run): number {
  return [...fileOf(run)].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7);
}
