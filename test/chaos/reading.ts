/** What can be read off requests and answers: which roles a client was told of, and which tokens it was given. */
import type { Asked } from './faults.ts';
import type { Exchange } from './timeline.ts';

/** `body`: of the answer as the client got it. */
export function readOf({ method, path }: Asked, body: string): Pick<Exchange, 'reads' | 'ids'> {
  const nothing = { reads: undefined, ids: new Set<string>() };
  if (method !== 'GET') return nothing;
  if (path.endsWith('/permissions.listAll')) return { reads: 'rows', ids: new Set() };
  const [, one] = /\/(?:auth|v1)\/roles\/([^/?]+)$/.exec(path) ?? [];
  if (one !== undefined) return { reads: 'one', ids: new Set([decodeURIComponent(one)]) };
  if (!/\/roles(\?|$)|\/roles\.list$/.test(path)) return nothing;
  return {
    reads: 'list',
    ids: new Set(
      itemsIn(body)
        .flatMap((item) => item['_id'] ?? item['id'] ?? [])
        .map(String),
    ),
  };
}

/** Tokens in the answer to a login. Those of Rinne are remembered with the company that they were made for. */
export function tokensIn(body: string, asked: Asked, companies: Map<string, string>): readonly string[] {
  if (!/\/auth\/(token|login|select-company)$/.test(asked.path)) return [];
  const { access_token, token } = fieldsOf(parsed(body));
  const company = fieldsOf(parsed(asked.body))['company_id'];
  if (typeof token === 'string' && typeof company === 'string') companies.set(token, company);
  return [access_token, token].filter((value) => typeof value === 'string');
}

function itemsIn(body: string): readonly Readonly<Record<string, unknown>>[] {
  const answer = parsed(body);
  const items = Array.isArray(answer) ? answer : (fieldsOf(answer)['data'] ?? fieldsOf(answer)['roles']);
  return Array.isArray(items) ? items.map(fieldsOf) : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
