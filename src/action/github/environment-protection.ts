/** Checks that the environment with the secrets is open to the default branch alone. Reads GitHub; contacts no provider. */
import { Failure } from '../../core/failure.ts';
import { shown } from '../../core/text.ts';
import type { Context } from '../context.ts';
import { asked, type GitHub } from './api.ts';

/**
 * The name of the default branch, once the fence stands round every environment that was named. Needs `actions: read`.
 * @throws Failure 'refused' with what to set, and where, if an environment is missing, or open to anything but the default
 * branch: then whoever can push a branch could take its secrets with a workflow of their own.
 */
export async function checkEnvironments(github: GitHub, context: Context): Promise<string> {
  const { environment, furtherEnvironments } = context.inputs;
  if (environment === '') {
    throw new Failure('config', 'the input `environment` is missing: name the environment that holds the secrets');
  }
  const branch = await defaultBranch(github, context);
  for (const name of [environment, ...furtherEnvironments]) await checkEnvironment(github, context, name, branch);
  return branch;
}

async function checkEnvironment(github: GitHub, context: Context, name: string, branch: string): Promise<void> {
  const { owner, repo } = context;
  const refused = (what: string) => refusal(context, name, branch, what);
  const place = { owner, repo, environment_name: name };
  const environment = await found(() =>
    asked('reading the environment', () => github.rest.repos.getEnvironment(place)).then(({ data }) => data),
  );
  if (environment === undefined) {
    throw refused('does not exist, or the job lacks the permission `actions: read`');
  }
  const policy = environment.deployment_branch_policy;
  if (policy === null || policy === undefined) throw refused('is open to every branch');
  if (!policy.custom_branch_policies) throw refused('is open to every protected branch');
  const policies = await asked('reading the branches of the environment', () =>
    github.paginate(github.rest.repos.listDeploymentBranchPolicies, { ...place, per_page: 100 }),
  );
  const others = policies.filter((one) => one.name !== branch || one.type === 'tag');
  if (others.length > 0) {
    const names = others.slice(0, 5).map((one) => `${one.type ?? 'branch'} \`${shown(one.name ?? '')}\``);
    throw refused(`is open to more than the default branch: ${names.join(', ')}`);
  }
  if (policies.length === 0) throw refused('is open to no branch, not even the default one');
}

export async function defaultBranch(github: GitHub, { owner, repo }: Context): Promise<string> {
  const { data } = await asked('reading the repository', () => github.rest.repos.get({ owner, repo }));
  return data.default_branch;
}

async function found<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Failure && error.code === 'not-found') return undefined;
    throw error;
  }
}

function refusal({ serverUrl, owner, repo }: Context, name: string, branch: string, what: string): Failure {
  const settings = `${serverUrl}/${owner}/${repo}/settings/environments`;
  return new Failure(
    'refused',
    `the environment \`${name}\` ${what}. Nothing was read or written. Open ${settings}, choose or create \`${name}\`, set "Deployment branches and tags" to "Selected branches and tags", and add exactly one rule: the branch \`${shown(branch)}\`. Until then anybody who can push a branch may be able to use its secrets.`,
  );
}
