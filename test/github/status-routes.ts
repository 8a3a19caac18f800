/** Answers for the statuses of commits. */
import { resolve } from './graph.ts';
import { type Answer, fieldsOf, invalid, type Mistake, noCommit, ok, type Route, textOf, type Visit } from './route.ts';
import { base, user } from './shapes.ts';
import { nextId, type Status, tick } from './state.ts';

/** https://docs.github.com/en/rest/commits/statuses */
export const statusRoutes: readonly Route[] = [
  { method: 'POST', path: '/statuses/{sha}', needs: [{ statuses: 'write' }], answer: create },
  { method: 'GET', path: '/commits/{ref}/statuses', needs: [{ statuses: 'read' }], answer: statuses },
];

const states: readonly string[] = ['error', 'failure', 'pending', 'success'] satisfies readonly Status['state'][];

function create(visit: Visit): Answer {
  const { state } = visit;
  const sha = visit.params['sha'] ?? '';
  if (!state.commits.has(sha)) return noCommit(sha);
  const fields = fieldsOf(visit.body);
  const wrong = mistakes(fields);
  if (wrong.length > 0 || !isState(fields['state'])) return invalid(...wrong);
  const status: Status = {
    id: nextId(state),
    sha,
    state: fields['state'],
    description: textOf(fields['description']) ?? null,
    context: textOf(fields['context']) ?? 'default',
    target_url: textOf(fields['target_url']) ?? null,
    creator: visit.token.login,
    created_at: tick(state),
  };
  state.statuses.push(status);
  return ok(shape(visit, status), 201);
}

/** Newest first; the first of a context is the one that counts. */
function statuses(visit: Visit): Answer {
  const name = visit.params['ref'] ?? '';
  const sha = resolve(visit.state, name);
  if (sha === undefined) return noCommit(name);
  const found = visit.state.statuses.filter((status) => status.sha === sha).reverse();
  return { list: found.map((status) => shape(visit, status)) };
}

function shape(visit: Visit, status: Status): object {
  const { id, state, description, context, target_url, created_at } = status;
  return {
    ...{ id, node_id: `SC_${id}`, url: `${base(visit)}/statuses/${status.sha}`, avatar_url: null },
    ...{ state, description, context, target_url, created_at, updated_at: created_at },
    creator: user(visit, status.creator),
  };
}

function mistakes(fields: Readonly<Record<string, unknown>>): readonly Mistake[] {
  const { description, target_url } = fields as { readonly description?: unknown; readonly target_url?: unknown };
  const found: Mistake[] = [];
  const add = (field: string, message: string) => found.push({ resource: 'Status', code: 'custom', field, message });
  if (!isState(fields['state'])) add('state', 'state is not included in the list');
  if ((textOf(description) ?? '').length > 140) {
    add('description', 'description is too long (maximum is 140 characters)');
  }
  if (typeof target_url === 'string' && !/^https?:\/\//.test(target_url)) {
    add('target_url', 'target_url must use http(s) scheme');
  }
  return found;
}

function isState(value: unknown): value is Status['state'] {
  return typeof value === 'string' && states.includes(value);
}
