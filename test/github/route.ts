/** The words that the endpoints share: what a route is, what a visit brings, and the answers GitHub gives. */
import type { Access, GitHubState, Permission, Token } from './state.ts';

export interface Visit {
  readonly state: GitHubState;
  /** Where the API is, without a slash at the end. */
  readonly url: string;
  /** Where archives are fetched from: another origin, as it is at GitHub. */
  readonly blobs: string;
  readonly token: Token;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

export type Answer =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** Everything there is; the server cuts out the page. `key` wraps it with `total_count`, `around` with what it says. */
  | {
      readonly list: readonly unknown[];
      readonly key?: string;
      readonly around?: (items: readonly unknown[]) => object;
    };

export type Needs = Readonly<Partial<Record<Permission, Access>>>;

export interface Route {
  readonly method: string;
  /** Below /repos/{owner}/{repo}; `{name}` is one segment, `{name+}` the rest. */
  readonly path: string;
  /** One of these is enough; empty: every token may. From the public list of permissions that GitHub Apps need:
   * https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps */
  readonly needs: readonly Needs[];
  /** Wanted of a public repository too. */
  readonly always?: boolean;
  readonly answer: (visit: Visit) => Answer;
}

export function ok(body: unknown, status = 200): Answer {
  return { status, body };
}

export function refusal(status: number, message: string, more: Readonly<Record<string, unknown>> = {}): Answer {
  const documentation_url = 'https://docs.github.com/rest';
  return { status, body: { message, ...more, documentation_url, status: String(status) } };
}

export function notFound(): Answer {
  return refusal(404, 'Not Found');
}

export interface Mistake {
  readonly resource: string;
  readonly field: string;
  readonly code: string;
  readonly message?: string;
}

/** https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#validation-failed */
export function invalid(...errors: readonly Mistake[]): Answer {
  return refusal(422, 'Validation Failed', { errors });
}

export function noCommit(sha: string): Answer {
  return refusal(422, `No commit found for SHA: ${sha}`);
}

/** NaN for what is no number, so that nothing is found. */
export function numberOf(visit: Visit, name: string): number {
  const text = visit.params[name] ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}

export function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body } : {};
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
