/** How a request is named in messages: method, host and path; never a query, user or password. */
import type { HttpRequest } from './http.ts';

export function labelOf({ method, url }: Pick<HttpRequest, 'method' | 'url'>): string {
  const { origin, pathname } = new URL(url);
  return `${method} ${origin}${pathname}`;
}
