/** Serves the APIs over HTTP: reads a request, lets its API answer, records both. It knows no API from within. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer, Body, Call } from './call.ts';
import type { Interception, SandboxRequest } from './requests.ts';
import type { Api } from './stand-in.ts';

export interface Service {
  readonly apis: readonly Served[];
  readonly latency: number;
  readonly intercept: (request: Omit<SandboxRequest, 'status' | 'answered'>) => Interception;
  readonly onRequest: (request: SandboxRequest) => void;
  readonly onWrite: () => void;
  /** Milliseconds since the server started. */
  readonly elapsed: () => number;
}

/** An API and where it is served. */
export interface Served extends Api {
  readonly name: string;
  readonly prefix: string;
  readonly address: string;
}

/** One request from its first byte to its answer; a caller that disconnects before its body is complete has sent nothing. */
export async function serve(service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const arrived = service.elapsed();
  const [target = '', search = ''] = split(request.url ?? '/', '?');
  const api = service.apis.find(({ prefix }) => target === prefix || target.startsWith(`${prefix}/`));
  const bytes = await bytesOf(request).catch(() => null);
  if (bytes === null) return;
  if (api === undefined)
    return send(response, { status: 404, body: { error: `The APIs are at ${addresses(service)}` } });

  const body = bytes === undefined ? undefined : bodyOf(request, bytes);
  const call: Call = {
    method: request.method ?? '',
    path: target.slice(api.prefix.length),
    query: queryOf(search),
    headers: headersOf(request),
    body: body ?? { is: 'empty' },
    address: request.socket.remoteAddress ?? '',
  };
  const { method, path, query } = call;
  const seen = { api: api.name, method, path, query, body: shown(call.body, bytes), arrived };
  const intercepted = await service.intercept(seen);
  if (service.latency > 0) await new Promise((resolve) => setTimeout(resolve, service.latency));
  const acts = intercepted === undefined || intercepted === 'drop-after';
  const answer = acts ? answerOf(service, api, call, body === undefined) : intercepted;
  const dropped = intercepted === 'drop' || intercepted === 'drop-after' || answer === 'drop';
  service.onRequest({ ...seen, status: dropped ? 0 : answer.status, answered: service.elapsed() });
  if (dropped) response.destroy();
  else send(response, answer);
}

const mebibyte = 1024 * 1024;

/** '/a, /b and /c' */
function addresses({ apis }: Service): string {
  const all = apis.map(({ address }) => address);
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

function answerOf({ onWrite }: Service, api: Api, call: Call, tooLarge: boolean): Answer {
  if (tooLarge) return api.refuse(413, 'The body is larger than 1 MiB', call);
  const answer = api.run(call);
  if (answer.wrote !== true) return answer;
  try {
    onWrite();
    return answer;
  } catch {
    return api.refuse(500, 'The sandbox could not save its state', call);
  }
}

/** undefined where there are more than a caller may send; the rest is read and forgotten, so that the answer arrives. */
async function bytesOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  const body: AsyncIterable<Buffer> = request;
  for await (const chunk of body) {
    size += chunk.length;
    if (size <= mebibyte) chunks.push(chunk);
  }
  return size <= mebibyte ? Buffer.concat(chunks) : undefined;
}

function bodyOf(request: IncomingMessage, bytes: Buffer): Body {
  if (bytes.length === 0) return { is: 'empty' };
  const type = request.headers['content-type'] ?? '';
  if (/^application\/x-www-form-urlencoded *(;|$)/i.test(type))
    return { is: 'form', fields: queryOf(bytes.toString('utf8')) };
  if (!/^application\/json *(;|$)/i.test(type)) return { is: 'not-json' };
  try {
    return { is: 'json', value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch {
    return { is: 'malformed' };
  }
}

function shown(body: Body, bytes: Buffer | undefined): unknown {
  if (body.is === 'json') return body.value;
  return bytes === undefined || bytes.length === 0 ? undefined : bytes.toString('utf8');
}

function queryOf(search: string): Readonly<Record<string, string>> {
  const query: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(search)) {
    query[name] = query[name] === undefined ? value : `${query[name]},${value}`;
  }
  return query;
}

function headersOf(request: IncomingMessage): Readonly<Record<string, string>> {
  const headers: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(request.headers)) headers[name] = String(value);
  return headers;
}

function split(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const isText = typeof body === 'string';
  const text = body === undefined ? '' : isText ? body : JSON.stringify(body);
  const type = isText ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8';
  response.writeHead(status, { ...(text === '' ? {} : { 'content-type': type }), ...headers });
  response.end(text);
}
