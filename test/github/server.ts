/** Serves the endpoints over HTTP: who may, which route, which page; records every request. It knows no endpoint from within. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { actionRoutes } from './action-routes.ts';
import { commentRoutes } from './comment-routes.ts';
import { environmentRoutes } from './environment-routes.ts';
import { issueRoutes } from './issue-routes.ts';
import { pullRoutes } from './pull-routes.ts';
import { repositoryRoutes } from './repository-routes.ts';
import { type Answer, notFound, type Route, refusal } from './route.ts';
import type { Access, GitHubState, Permission, Token } from './state.ts';
import { statusRoutes } from './status-routes.ts';

export interface Request {
  readonly method: string;
  /** Decoded no further than it came; without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly status: number;
  /** What was sent as the token; undefined without the header. */
  readonly token: string | undefined;
}

type Arrived = Omit<Request, 'status'>;

export interface Refusal {
  /** Of the next requests that match; default 1. */
  readonly times?: number;
  readonly method?: string;
  readonly path?: RegExp;
  readonly status: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Service {
  readonly state: GitHubState;
  readonly requests: Request[];
  readonly refusals: (Refusal & { left: number })[];
  /** Before every request is answered: the place to let the world move on in between. */
  readonly before: (request: Arrived) => void | Promise<void>;
}

const routes: readonly Route[] = [
  ...repositoryRoutes,
  ...pullRoutes,
  ...commentRoutes,
  ...issueRoutes,
  ...statusRoutes,
  ...actionRoutes,
  ...environmentRoutes,
];

export interface Listening {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Two servers, as the archives of artifacts are at another origin than the API. */
export async function listen(service: Service): Promise<Listening> {
  const blobs = createServer((request, response) => serveBlob(service, request, response));
  const blobsUrl = `${await open(blobs)}/blobs`;
  let url = '';
  const api = createServer((request, response) => {
    serve(service, { url, blobs: blobsUrl }, request, response).catch((error: unknown) => {
      send(response, refusal(500, `The stand-in broke: ${String(error)}`));
    });
  });
  url = await open(api);
  return {
    url,
    close: async () => {
      await Promise.all([shut(api), shut(blobs)]);
    },
  };
}

interface Places {
  readonly url: string;
  readonly blobs: string;
}

async function serve(service: Service, places: Places, request: IncomingMessage, response: ServerResponse) {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const target = new URL(`http://x${request.url ?? '/'}`);
  const text = Buffer.concat(chunks).toString();
  const body = parse(text);
  const arrived: Arrived = {
    method: request.method ?? '',
    path: target.pathname,
    query: Object.fromEntries(target.searchParams),
    body: body === malformed ? text : body,
    token: /^(?:bearer|token) (.+)$/i.exec(request.headers.authorization ?? '')?.[1],
  };
  await service.before(arrived);
  const answer =
    refused(service, arrived) ??
    (body === malformed
      ? refusal(400, 'Problems parsing JSON')
      : answerOf(service, places, arrived, target.searchParams, request.headers));
  const whole = 'list' in answer ? pageOf(service.state, places.url, target, answer) : answer;
  service.requests.push({ ...arrived, status: whole.status });
  send(response, whole);
}

type Sent = Extract<Answer, { readonly status: number }>;

/**
 * 401, 403 and 404 as for an installation's token, which is what a workflow gets:
 * https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api
 */
function answerOf(
  { state }: Service,
  places: Places,
  { method, path, body, token: given }: Arrived,
  query: URLSearchParams,
  headers: IncomingMessage['headers'],
): Answer {
  if (headers['user-agent'] === undefined) return refusal(403, 'Request forbidden by administrative rules.');
  const version = headers['x-github-api-version'];
  if (version !== undefined && !versions.includes(String(version))) return refusal(400, 'Unsupported API version');
  if (given === undefined) return refusal(401, 'Requires authentication');
  const token = state.tokens.get(given);
  if (token === undefined) return refusal(401, 'Bad credentials');
  // The token of a workflow stands for no user: https://docs.github.com/en/rest/users/users#get-the-authenticated-user
  if (path === '/user') return refusal(403, 'Resource not accessible by integration');

  const below = belowRepository(state, path);
  if (below === undefined) return notFound();
  for (const route of routes) {
    const params = route.method === method ? match(route.path, below) : undefined;
    if (params === undefined) continue;
    if (!may(state, token, route)) return refusal(403, 'Resource not accessible by integration');
    return route.answer({ state, ...places, token, params, query, body });
  }
  return notFound();
}

const versions: readonly string[] = ['2022-11-28', '2026-03-10'];

/** Either by name, or by id as GitHub's own links to further pages do. */
function belowRepository({ repository }: GitHubState, path: string): string | undefined {
  const { owner, name, id } = repository;
  const [, kind, first, second, ...rest] = path.split('/');
  if (kind === 'repositories' && first === String(id))
    return ['', ...(second === undefined ? [] : [second, ...rest])].join('/');
  const named = `${first}/${second}`.toLowerCase() === `${owner}/${name}`.toLowerCase();
  return kind === 'repos' && named ? ['', ...rest].join('/') : undefined;
}

function match(template: string, path: string): Readonly<Record<string, string>> | undefined {
  const pattern = template.replace(/\{(\w+)(\+?)\}/g, (_, name, rest) => `(?<${name}>${rest === '' ? '[^/]+' : '.+'})`);
  const found = new RegExp(`^${pattern}$`).exec(path);
  if (found === null) return undefined;
  try {
    const params = Object.entries(found.groups ?? {});
    return Object.fromEntries(params.map(([name, value]) => [name, decodeURIComponent(value)]));
  } catch {
    return undefined;
  }
}

function may(state: GitHubState, token: Token, route: Route): boolean {
  if (route.needs.length === 0) return true;
  if (!state.repository.private && route.method === 'GET' && route.always !== true) return true;
  return route.needs.some((needs) =>
    Object.entries(needs).every(([name, access]) => grants(token, name as Permission, access)),
  );
}

function grants(token: Token, permission: Permission, access: Access): boolean {
  const has = token.permissions[permission];
  return has === 'write' || has === access;
}

/** https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
function pageOf(
  state: GitHubState,
  url: string,
  target: URL,
  { list, key, around }: Extract<Answer, { list: unknown }>,
): Sent {
  const size = Math.min(Math.max(positive(target.searchParams.get('per_page'), 30), 1), 100);
  const page = positive(target.searchParams.get('page'), 1);
  const last = Math.max(Math.ceil(list.length / size), 1);
  const items = list.slice((page - 1) * size, page * size);
  const path = target.pathname.replace(/^\/repos\/[^/]+\/[^/]+/, `/repositories/${state.repository.id}`);
  const link = (rel: string, to: number) => {
    const query = new URLSearchParams(target.searchParams);
    query.set('page', String(to));
    return `<${url}${path}?${query}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link('prev', page - 1)] : []),
    ...(page < last ? [link('next', page + 1), link('last', last)] : []),
    ...(page > 1 ? [link('first', 1)] : []),
  ];
  const counted = key === undefined ? items : { total_count: list.length, [key]: items };
  const body = around?.(items) ?? counted;
  return { status: 200, body, ...(links.length > 0 ? { headers: { link: links.join(', ') } } : {}) };
}

function positive(text: string | null, otherwise: number): number {
  const value = Number(text ?? otherwise);
  return Number.isInteger(value) && value > 0 ? value : otherwise;
}

function refused({ refusals }: Service, { method, path }: Arrived): Sent | undefined {
  const found = refusals.find(
    (one) => one.left > 0 && (one.method ?? method) === method && (one.path?.test(path) ?? true),
  );
  if (found === undefined) return undefined;
  found.left -= 1;
  const answer = refusal(found.status, found.message ?? 'Server Error') as Sent;
  return { ...answer, headers: { ...found.headers } };
}

/**
 * The storage behind an artifact: the address is the key, and a header of GitHub's is refused, as Azure does:
 * https://learn.microsoft.com/en-us/rest/api/storageservices/blob-service-error-codes
 */
function serveBlob({ state, requests }: Service, request: IncomingMessage, response: ServerResponse): void {
  const { method = '', headers } = request;
  const target = new URL(`http://x${request.url ?? '/'}`);
  const id = Number(/^\/blobs\/(\d+)$/.exec(target.pathname)?.[1]);
  const artifact =
    target.searchParams.get('sig') === 'stand-in' ? state.artifacts.find((one) => one.id === id) : undefined;
  const status = headers.authorization !== undefined ? 400 : artifact === undefined ? 404 : 200;
  const query = Object.fromEntries(target.searchParams);
  const token = headers.authorization?.replace(/^\S+ /, '');
  requests.push({ method, path: target.pathname, query, body: undefined, status, token });
  const code = status === 400 ? 'InvalidAuthenticationInfo' : 'BlobNotFound';
  response.writeHead(status, { 'content-type': status === 200 ? 'application/zip' : 'application/xml' });
  response.end(status === 200 ? artifact?.zip : `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`);
}

const malformed = Symbol('malformed');

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return malformed;
  }
}

function send(response: ServerResponse, answer: Answer): void {
  if ('list' in answer) return;
  const { status, body, headers } = answer;
  const type = body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' };
  response.writeHead(status, { ...type, 'x-github-media-type': 'github.v3; format=json', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

async function open(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
