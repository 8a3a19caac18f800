/** Artifacts and runs as GitHub lists them, reduced to what evidence is judged by. It judges nothing. */
import { Failure } from '../../core/failure.ts';
import { hasFields } from '../../core/record.ts';
import type { Step } from '../step.ts';
import { asked } from './api.ts';
import { largestArchive, unpack } from './archive.ts';

export interface Artifact {
  readonly id: number;
  readonly name: string;
  readonly expired: boolean;
  /** As GitHub writes it: `2026-01-01T00:00:00Z`; '' where it does not say. */
  readonly createdAt: string;
  /** In bytes, packed. */
  readonly size: number;
  /** Of the run that left it; undefined where that is gone. */
  readonly runId: number | undefined;
}

/** A run of a workflow. */
export interface WorkflowRun {
  readonly id: number;
  readonly event: string;
  /** Of the workflow's file, without `@ref`. */
  readonly path: string;
  readonly headBranch: string;
  readonly headSha: string;
  /** `owner/name` of the repository it ran in, and of the one its head is from. */
  readonly repository: string;
  readonly headRepository: string;
  readonly createdAt: string;
}

type Asking = Pick<Step, 'github' | 'context'>;

/** Exactly of this name, newest first. */
export async function artifactsNamed({ github, context }: Asking, name: string): Promise<readonly Artifact[]> {
  const { owner, repo } = context;
  const listed = await asked('reading artifacts', () =>
    github.paginate(github.rest.actions.listArtifactsForRepo, { owner, repo, name, per_page: 100 }),
  );
  return newestFirst(listed.map(artifactOf).filter((one) => one.name === name));
}

/** Of every attempt of a run, newest first. */
export async function artifactsOfRun({ github, context }: Asking, id: number): Promise<readonly Artifact[]> {
  const { owner, repo } = context;
  const listed = await asked('reading the artifacts of a run', () =>
    github.paginate(github.rest.actions.listWorkflowRunArtifacts, { owner, repo, run_id: id, per_page: 100 }),
  );
  return newestFirst(listed.map(artifactOf));
}

export function newestFirst(artifacts: readonly Artifact[]): readonly Artifact[] {
  return [...artifacts].sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt) || b.id - a.id);
}

/** undefined where this repository has none of that id. */
export async function workflowRun({ github, context }: Asking, id: number): Promise<WorkflowRun | undefined> {
  const { owner, repo } = context;
  try {
    const { data } = await asked('reading a run', () =>
      github.rest.actions.getWorkflowRun({ owner, repo, run_id: id }),
    );
    return reduced(data);
  } catch (error) {
    if (error instanceof Failure && error.code === 'not-found') return undefined;
    throw error;
  }
}

/** The newest runs of a workflow on a branch, newest first; none where GitHub does not know the workflow. */
export async function runsOf(
  { github, context }: Asking,
  path: string,
  branch: string,
): Promise<readonly WorkflowRun[]> {
  const { owner, repo } = context;
  const workflow_id = path.split('/').at(-1) ?? '';
  try {
    const { data } = await asked('reading the runs of the workflow', () =>
      github.rest.actions.listWorkflowRuns({ owner, repo, workflow_id, branch, per_page: 50 }),
    );
    return data.workflow_runs.map(reduced).sort((a, b) => b.id - a.id);
  } catch (error) {
    if (error instanceof Failure && error.code === 'not-found') return [];
    throw error;
  }
}

/** Its files by name. @throws Failure 'config' that says what is wrong with it; of another code where GitHub did not give it. */
export async function contentsOf(
  { github, context }: Asking,
  { id, size }: Artifact,
): Promise<ReadonlyMap<string, string>> {
  const { owner, repo } = context;
  if (size > largestArchive) throw new Failure('config', 'its archive is too large');
  const data = await asked('reading an artifact', async () => {
    const answer = github.rest.actions.downloadArtifact({ owner, repo, artifact_id: id, archive_format: 'zip' });
    return (await answer.catch(gone)).data;
  });
  if (!(data instanceof ArrayBuffer) || data.byteLength > largestArchive) {
    throw new Failure('response', 'GitHub did not answer with its archive');
  }
  return unpack(new Uint8Array(data));
}

/** https://docs.github.com/en/rest/actions/artifacts#download-an-artifact: 410 once it has expired */
function gone(error: unknown): never {
  if (hasFields(error) && error['status'] === 410) throw new Failure('config', 'it has expired');
  throw error;
}

interface ListedArtifact {
  readonly id: number;
  readonly name: string;
  readonly expired: boolean;
  readonly created_at: string | null;
  readonly size_in_bytes: number;
  readonly workflow_run?: { readonly id?: number } | null;
}

function artifactOf(one: ListedArtifact): Artifact {
  return {
    id: one.id,
    name: one.name,
    expired: one.expired,
    createdAt: one.created_at ?? '',
    size: one.size_in_bytes,
    runId: one.workflow_run?.id,
  };
}

interface Listed {
  readonly id: number;
  readonly event: string;
  readonly path: string;
  readonly head_branch: string | null;
  readonly head_sha: string;
  readonly repository: { readonly full_name: string } | null;
  readonly head_repository: { readonly full_name: string } | null;
  readonly created_at: string;
}

function reduced(run: Listed): WorkflowRun {
  return {
    id: run.id,
    event: run.event,
    path: run.path.replace(/@.*$/s, ''),
    headBranch: run.head_branch ?? '',
    headSha: run.head_sha,
    // A fork that is gone has neither.
    repository: run.repository?.full_name ?? '',
    headRepository: run.head_repository?.full_name ?? '',
    createdAt: run.created_at,
  };
}
