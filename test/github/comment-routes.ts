/** Answers for comments on issues and pull requests. */
import { findIssue, tooLong } from './issue-routes.ts';
import { type Answer, fieldsOf, invalid, notFound, numberOf, ok, type Route, textOf, type Visit } from './route.ts';
import { comment as shape } from './shapes.ts';
import { type Comment, nextId, tick } from './state.ts';

const read = [{ issues: 'read' }, { pull_requests: 'read' }] as const;
const write = [{ issues: 'write' }, { pull_requests: 'write' }] as const;

/** https://docs.github.com/en/rest/issues/comments; a token that may write may change and delete anybody's comment. */
export const commentRoutes: readonly Route[] = [
  { method: 'GET', path: '/issues/{number}/comments', needs: read, answer: comments },
  { method: 'POST', path: '/issues/{number}/comments', needs: write, answer: create },
  { method: 'GET', path: '/issues/comments/{id}', needs: read, answer: one },
  { method: 'PATCH', path: '/issues/comments/{id}', needs: write, answer: update },
  { method: 'DELETE', path: '/issues/comments/{id}', needs: write, answer: remove },
];

/** In ascending order of their ids. */
function comments(visit: Visit): Answer {
  const issue = findIssue(visit);
  if (issue === undefined) return notFound();
  const since = visit.query.get('since') ?? '';
  const found = visit.state.comments.filter((one) => one.issue === issue.number && one.updated_at >= since);
  return { list: found.sort((a, b) => a.id - b.id).map((one) => shape(visit, one)) };
}

function create(visit: Visit): Answer {
  const { state, token } = visit;
  const issue = findIssue(visit);
  if (issue === undefined) return notFound();
  const body = bodyOf(visit);
  if (typeof body !== 'string') return body;
  const at = tick(state);
  const made = { id: nextId(state), issue: issue.number, author: token.login, body, created_at: at, updated_at: at };
  state.comments.push(made);
  return ok(shape(visit, made), 201);
}

function one(visit: Visit): Answer {
  const found = find(visit);
  return found === undefined ? notFound() : ok(shape(visit, found));
}

function update(visit: Visit): Answer {
  const found = find(visit);
  if (found === undefined) return notFound();
  const body = bodyOf(visit);
  if (typeof body !== 'string') return body;
  found.body = body;
  found.updated_at = tick(visit.state);
  return ok(shape(visit, found));
}

function remove(visit: Visit): Answer {
  const found = find(visit);
  if (found === undefined) return notFound();
  visit.state.comments.splice(visit.state.comments.indexOf(found), 1);
  return { status: 204 };
}

function find(visit: Visit): Comment | undefined {
  return visit.state.comments.find(({ id }) => id === numberOf(visit, 'id'));
}

function bodyOf(visit: Visit): string | Answer {
  const body = textOf(fieldsOf(visit.body)['body']);
  if (body === undefined || body.trim() === '') {
    const message = 'Body cannot be blank';
    return invalid({ resource: 'IssueComment', code: 'unprocessable', field: 'data', message });
  }
  const wrong = tooLong('IssueComment', body);
  return wrong.length > 0 ? invalid(...wrong) : body;
}
