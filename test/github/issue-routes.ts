/** Answers for issues and labels; a pull request is an issue here too, as it is at GitHub. */
import {
  type Answer,
  fieldsOf,
  invalid,
  type Mistake,
  notFound,
  numberOf,
  ok,
  type Route,
  textOf,
  type Visit,
} from './route.ts';
import { app, base, page, user } from './shapes.ts';
import { type Issue, nextNumber, type Pull, tick } from './state.ts';

const read = [{ issues: 'read' }, { pull_requests: 'read' }] as const;
const write = [{ issues: 'write' }, { pull_requests: 'write' }] as const;

export const issueRoutes: readonly Route[] = [
  { method: 'GET', path: '/issues', needs: [{ issues: 'read' }], answer: issues },
  { method: 'POST', path: '/issues', needs: [{ issues: 'write' }], answer: create },
  { method: 'GET', path: '/issues/{number}', needs: read, answer: (visit) => withIssue(visit, () => undefined) },
  { method: 'PATCH', path: '/issues/{number}', needs: write, answer: update },
  { method: 'GET', path: '/issues/{number}/labels', needs: read, answer: labelsOfIssue },
  { method: 'POST', path: '/issues/{number}/labels', needs: write, answer: addLabels },
  { method: 'GET', path: '/labels', needs: read, answer: ({ state }) => ({ list: state.labels.map(label) }) },
  { method: 'POST', path: '/labels', needs: write, answer: createLabel },
];

export function findIssue(visit: Visit): Issue | Pull | undefined {
  const wanted = numberOf(visit, 'number');
  return [...visit.state.issues, ...visit.state.pulls].find(({ number }) => number === wanted);
}

export const longest = 65_536;

/** The words of GitHub's own refusal; counted in UTF-16 units, which is never more than GitHub allows. */
export function tooLong(resource: string, body: string | undefined): readonly Mistake[] {
  if (body === undefined || body.length <= longest) return [];
  const message = `Body is too long (maximum is ${longest} characters)`;
  return [{ resource, code: 'unprocessable', field: 'data', message }];
}

/** https://docs.github.com/en/rest/issues/issues#get-an-issue */
function shape(visit: Visit, issue: Issue | Pull): object {
  const isPull = 'head' in issue;
  return {
    id: 2_000_000 + issue.number,
    node_id: `I_${issue.number}`,
    number: issue.number,
    url: `${base(visit)}/issues/${issue.number}`,
    html_url: `${page(visit)}/${isPull ? 'pull' : 'issues'}/${issue.number}`,
    title: issue.title,
    body: issue.body,
    state: issue.state,
    state_reason: isPull ? null : issue.state_reason,
    user: user(visit, issue.author),
    labels: issue.labels.map(label),
    comments: visit.state.comments.filter((comment) => comment.issue === issue.number).length,
    created_at: issue.created_at,
    updated_at: issue.updated_at,
    closed_at: issue.closed_at,
    author_association: 'CONTRIBUTOR',
    performed_via_github_app: app(visit, issue.author),
    ...(isPull ? { pull_request: { url: `${base(visit)}/pulls/${issue.number}`, merged_at: issue.merged_at } } : {}),
  };
}

function label(name: string): object {
  return { id: 1, node_id: `LA_${name}`, name, color: 'ededed', default: false, description: null };
}

/** https://docs.github.com/en/rest/issues/issues#list-repository-issues: open ones, newest first, pull requests too */
function issues(visit: Visit): Answer {
  const { state, query } = visit;
  const wanted = query.get('state') ?? 'open';
  const labels = (query.get('labels') ?? '').split(',').filter((name) => name !== '');
  const creator = query.get('creator');
  const found = [...state.issues, ...state.pulls]
    .filter((issue) => wanted === 'all' || issue.state === wanted)
    .filter((issue) => creator === null || issue.author === creator)
    .filter((issue) => labels.every((name) => issue.labels.includes(name)))
    .sort((a, b) => b.created_at.localeCompare(a.created_at) || b.number - a.number);
  if (query.get('direction') === 'asc') found.reverse();
  return { list: found.map((issue) => shape(visit, issue)) };
}

/** https://docs.github.com/en/rest/issues/issues#create-an-issue; labels that are not there yet are made */
function create(visit: Visit): Answer {
  const { state, token } = visit;
  const fields = fieldsOf(visit.body);
  const title = textOf(fields['title']);
  const body = textOf(fields['body']);
  if (title === undefined || title === '') return invalid({ resource: 'Issue', code: 'missing_field', field: 'title' });
  const wrong = tooLong('Issue', body);
  if (wrong.length > 0) return invalid(...wrong);
  const at = tick(state);
  const labels = known(visit, namesOf(fields['labels']));
  const times = { created_at: at, updated_at: at, closed_at: null };
  const issue: Issue = {
    ...{ number: nextNumber(state), author: token.login, title, body: body ?? null, labels, ...times },
    state: 'open',
    state_reason: null,
  };
  state.issues.push(issue);
  return ok(shape(visit, issue), 201);
}

/** https://docs.github.com/en/rest/issues/issues#update-an-issue; `labels` replaces */
function update(visit: Visit): Answer {
  const fields = fieldsOf(visit.body);
  const state = textOf(fields['state']);
  const body = textOf(fields['body']);
  if (state !== undefined && state !== 'open' && state !== 'closed') {
    return invalid({ resource: 'Issue', code: 'invalid', field: 'state' });
  }
  const wrong = tooLong('Issue', body);
  if (wrong.length > 0) return invalid(...wrong);
  return withIssue(visit, (issue) => {
    const at = tick(visit.state);
    issue.title = textOf(fields['title']) ?? issue.title;
    if (fields['body'] !== undefined) issue.body = body ?? null;
    if (fields['labels'] !== undefined) issue.labels = known(visit, namesOf(fields['labels']));
    if (state !== undefined && state !== issue.state) {
      issue.state = state;
      issue.closed_at = state === 'closed' ? at : null;
      const reason = textOf(fields['state_reason']) ?? (state === 'closed' ? 'completed' : 'reopened');
      if ('state_reason' in issue) issue.state_reason = reason;
    }
    issue.updated_at = at;
  });
}

function labelsOfIssue(visit: Visit): Answer {
  const issue = findIssue(visit);
  return issue === undefined ? notFound() : { list: issue.labels.map(label) };
}

/** https://docs.github.com/en/rest/issues/labels#add-labels-to-an-issue */
function addLabels(visit: Visit): Answer {
  const issue = findIssue(visit);
  if (issue === undefined) return notFound();
  const given = Array.isArray(visit.body) ? visit.body : fieldsOf(visit.body)['labels'];
  issue.labels = [...new Set([...issue.labels, ...known(visit, namesOf(given))])];
  return ok(issue.labels.map(label));
}

/** https://docs.github.com/en/rest/issues/labels#create-a-label */
function createLabel(visit: Visit): Answer {
  const name = textOf(fieldsOf(visit.body)['name']);
  if (name === undefined) return invalid({ resource: 'Label', code: 'missing_field', field: 'name' });
  if (visit.state.labels.some((one) => one.toLowerCase() === name.toLowerCase())) {
    return invalid({ resource: 'Label', code: 'already_exists', field: 'name' });
  }
  known(visit, [name]);
  return ok(label(name), 201);
}

function withIssue(visit: Visit, change: (issue: Issue | Pull) => void): Answer {
  const issue = findIssue(visit);
  if (issue === undefined) return notFound();
  change(issue);
  return ok(shape(visit, issue));
}

function known({ state }: Visit, names: readonly string[]): string[] {
  state.labels.push(...names.filter((name) => !state.labels.includes(name)));
  return [...names];
}

function namesOf(value: unknown): readonly string[] {
  const given: readonly unknown[] = Array.isArray(value) ? value : [];
  return given.flatMap((one) => textOf(one) ?? textOf(fieldsOf(one)['name']) ?? []);
}
