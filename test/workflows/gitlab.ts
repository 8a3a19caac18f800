/**
 * A stand-in of the endpoints of GitLab that docs/examples/gitlab-note.mjs calls, written from docs.gitlab.com/api/notes and
 * docs.gitlab.com/api/rest: users by token, notes of one merge request with pages of at most 100, only their author may edit.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Note {
  readonly id: number;
  readonly author: { readonly id: number };
  readonly system: boolean;
  body: string;
}

export interface GitLab {
  /** Variables that GitLab itself gives to a job of the merge request. */
  readonly variables: Readonly<Record<string, string>>;
  readonly notes: Note[];
  /** `METHOD /path`, without the query, since the last call. */
  readonly requests: () => readonly string[];
  /** Answers as told instead, or not if it returns false. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export const token = 'glpat-stand-in-0123456789';
export const bot = 71;
const mergeRequest = '/api/v4/projects/4711/merge_requests/7';
const longestNote = 1_000_000;

export async function gitlab(): Promise<GitLab> {
  const notes: Note[] = [];
  let seen: string[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://gitlab.invalid');
    seen.push(`${request.method} ${url.pathname.replace('/api/v4', '')}`);
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    if (stand.intercept(request, response)) return;
    const [status, answer, headers] = answerTo(notes, request, url, body);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const stand: GitLab = {
    variables: {
      CI_API_V4_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4`,
      CI_PROJECT_ID: '4711',
      CI_MERGE_REQUEST_IID: '7',
      CI_JOB_URL: 'https://gitlab.example.com/acme/roles/-/jobs/1',
    },
    notes,
    requests: () => {
      const now = seen;
      seen = [];
      return now;
    },
    intercept: () => false,
  };
  return stand;
}

type Answer = readonly [status: number, body: unknown, headers?: Readonly<Record<string, string>>];

function answerTo(notes: Note[], { method, headers }: IncomingMessage, url: URL, body: string): Answer {
  if (headers['private-token'] !== token) return [401, { message: '401 Unauthorized' }];
  if (method === 'GET' && url.pathname === '/api/v4/user')
    return [200, { id: bot, username: 'project_4711_bot', bot: true }];
  const [, id] = url.pathname.split(`${mergeRequest}/notes/`);
  if (method === 'GET' && url.pathname === `${mergeRequest}/notes`) return list(notes, url.searchParams);
  if (method === 'POST' && url.pathname === `${mergeRequest}/notes`) {
    return written(body, (text) => {
      const note = { id: 1000 + notes.length, author: { id: bot }, system: false, body: text };
      notes.push(note);
      return [201, note];
    });
  }
  const note = notes.find((one) => String(one.id) === id);
  if (method !== 'PUT' || note === undefined) return [404, { message: '404 Not found' }];
  if (note.author.id !== bot) return [403, { message: '403 Forbidden' }];
  return written(body, (text) => {
    note.body = text;
    return [200, note];
  });
}

/** The newest first, unless it is asked for otherwise. */
function list(notes: readonly Note[], query: URLSearchParams): Answer {
  const size = Math.min(100, Number(query.get('per_page') ?? 20));
  const page = Number(query.get('page') ?? 1);
  const sorted = query.get('sort') === 'asc' ? notes : notes.toReversed();
  const end = page * size;
  return [200, sorted.slice(end - size, end), { 'x-next-page': end < notes.length ? String(page + 1) : '' }];
}

/** A line that begins with a slash and a word is an order, and not kept. */
function written(body: string, keep: (text: string) => Answer): Answer {
  const { body: text } = JSON.parse(body) as { readonly body?: unknown };
  if (typeof text !== 'string' || text === '') return [400, { error: 'body is missing' }];
  if (text.length > longestNote) return [400, { message: { note: ['is too long (maximum is 1000000 characters)'] } }];
  if (/^\/[a-z_]+/m.test(text)) return [202, { commands_changes: {}, summary: ['Merged.'] }];
  return keep(text);
}
