/** Answers for environments and the branches that may deploy to them. */
import { type Answer, notFound, ok, type Route, type Visit } from './route.ts';
import { base, page, user } from './shapes.ts';
import { type Environment, timeOf } from './state.ts';

const needs = [{ actions: 'read' }] as const;

export const environmentRoutes: readonly Route[] = [
  { method: 'GET', path: '/environments', needs, answer: environments },
  { method: 'GET', path: '/environments/{name}', needs, answer: one },
  { method: 'GET', path: '/environments/{name}/deployment-branch-policies', needs, answer: policies },
];

/** https://docs.github.com/en/rest/deployments/environments#list-environments */
function environments(visit: Visit): Answer {
  return { list: visit.state.environments.map((environment) => shape(visit, environment)), key: 'environments' };
}

/** https://docs.github.com/en/rest/deployments/environments#get-an-environment; names do not differ by case */
function one(visit: Visit): Answer {
  const found = find(visit);
  return found === undefined ? notFound() : ok(shape(visit, found));
}

/** https://docs.github.com/en/rest/deployments/branch-policies#list-deployment-branch-policies */
function policies(visit: Visit): Answer {
  const found = find(visit);
  if (found === undefined) return notFound();
  const list = found.policies.map(({ id, name, type }) => ({ id, node_id: `DBP_${id}`, name, type }));
  return { list, key: 'branch_policies' };
}

function find(visit: Visit): Environment | undefined {
  const wanted = (visit.params['name'] ?? '').toLowerCase();
  return visit.state.environments.find(({ name }) => name.toLowerCase() === wanted);
}

/** A null `deployment_branch_policy` lets every branch deploy. */
function shape(visit: Visit, environment: Environment): object {
  const { id, name, reviewers, prevent_self_review, deployment_branch_policy } = environment;
  const required = {
    id: id + 1,
    node_id: `GA_${id + 1}`,
    type: 'required_reviewers',
    prevent_self_review,
    reviewers: reviewers.map(({ type, name: who }) => ({
      type,
      reviewer: type === 'User' ? user(visit, who) : { id: 1, name: who, slug: who },
    })),
  };
  const branches = { id: id + 2, node_id: `GA_${id + 2}`, type: 'branch_policy' };
  return {
    id,
    node_id: `EN_${id}`,
    name,
    url: `${base(visit)}/environments/${encodeURIComponent(name)}`,
    html_url: `${page(visit)}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
    created_at: timeOf(0),
    updated_at: timeOf(0),
    can_admins_bypass: true,
    protection_rules: [
      ...(reviewers.length > 0 ? [required] : []),
      ...(deployment_branch_policy === null ? [] : [branches]),
    ],
    deployment_branch_policy,
  };
}
