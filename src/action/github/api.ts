/** GitHub's REST API as this action needs it, over Octokit: retries, pages, and errors in words. */
import { Octokit } from '@octokit/core';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import { restEndpointMethods } from '@octokit/plugin-rest-endpoint-methods';
import { retry } from '@octokit/plugin-retry';
import { Failure, type FailureCode } from '../../core/failure.ts';
import { hasFields } from '../../core/record.ts';
import { reasonOf } from '../../http/exchange.ts';
import type { Context } from '../context.ts';

const Client = Octokit.plugin(restEndpointMethods, paginateRest, retry);

export type GitHub = InstanceType<typeof Client>;

/** The account that a workflow's own token writes as. */
export const botLogin = 'github-actions[bot]';

/** `fetch` sends the requests: over the proxy of the environment, as those to the providers go. */
export function createGitHub(
  { inputs, apiUrl }: Pick<Context, 'apiUrl'> & { readonly inputs: Pick<Context['inputs'], 'token'> },
  version: string,
  fetch: typeof globalThis.fetch,
): GitHub {
  return new Client({
    auth: inputs.token,
    baseUrl: apiUrl,
    request: { fetch },
    userAgent: `rolesync/${version}`,
    retry: { doNotRetry: [400, 401, 403, 404, 409, 410, 422], retries: 2 },
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
}

/** Runs a call; what GitHub refuses becomes a Failure that says what was wanted and which permission the job may lack. */
export async function asked<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const { status, message, response } = hasFields(error) ? error : {};
    if (typeof status !== 'number') throw error;
    // Octokit calls it a 500 where nobody answered.
    if (response === undefined) {
      const way = 'check the network, and HTTPS_PROXY and NO_PROXY where there is a proxy';
      throw new Failure('network', `GitHub: ${what} failed: ${reasonOf(error)}; ${way}`, { cause: error });
    }
    const hint = status === 403 || status === 404 ? '; check the `permissions` of the job' : '';
    throw new Failure(codes[status] ?? 'response', `GitHub: ${what} failed with ${status} (${message ?? ''})${hint}`, {
      cause: error,
    });
  }
}

const codes: Readonly<Record<number, FailureCode>> = {
  401: 'auth',
  403: 'forbidden',
  404: 'not-found',
  429: 'rate-limit',
};
