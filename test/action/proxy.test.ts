/** GitHub's API is asked over the proxy of the environment, as the providers are. */
import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { asked, createGitHub } from '../../src/action/github/api.ts';
import { createDispatcher, fetchOver } from '../../src/http/dispatcher.ts';
import { authority } from '../support/authority.ts';
import { tunnel } from '../support/tunnel.ts';
import { scene } from './support.ts';

const pull = { owner: 'acme', repo: 'roles', pull_number: 1 };

function githubOver(proxy: string, ca?: string) {
  const dispatcher = createDispatcher({ proxy: { httpsProxy: proxy }, ...(ca && { authorities: [ca] }) });
  onTestFinished(() => dispatcher.destroy());
  const context = { inputs: { token: 'ghs_x' }, apiUrl: 'https://api.example' };
  return createGitHub(context, '1.0.0', fetchOver(dispatcher));
}

describe('GitHub over a proxy', () => {
  it('is asked through it, by the authorities that are given', async () => {
    const ca = authority();
    const seen: (string | undefined)[] = [];
    const origin = await ca.serve((incoming, response) => {
      seen.push(`${incoming.method} ${incoming.url}`);
      response.setHeader('content-type', 'application/json');
      response.end('{"number":1}');
    });
    const proxy = await tunnel(() => Number(new URL(origin).port));
    const { data } = await githubOver(proxy.url, readFileSync(ca.file, 'utf8')).rest.pulls.get(pull);
    expect(data.number).toBe(1);
    expect([proxy.asked, seen]).toEqual([['CONNECT api.example:443'], ['GET /repos/acme/roles/pulls/1']]);
  });

  it('that refuses is a failure in words, not a bug', async () => {
    const proxy = await tunnel(() => 0, 'HTTP/1.1 403 Forbidden\r\n\r\n');
    const reading = asked('reading the pull request', () =>
      githubOver(proxy.url).rest.pulls.get({ ...pull, request: { retries: 0 } }),
    );
    await expect(reading).rejects.toMatchObject({ code: 'network' });
    await expect(reading).rejects.toThrow(
      'GitHub: reading the pull request failed: the connection was refused on the way; check the proxy; ' +
        'check the network, and HTTPS_PROXY and NO_PROXY where there is a proxy',
    );
  });

  it('that is no URL ends the run in one error, and shows nothing of it', async () => {
    const at = await scene();
    const environment = { HTTPS_PROXY: 'user:a-password@proxy' };
    const ran = await at.run({ mode: 'plan', event: 'push', payload: {}, environment });
    expect([ran.code, ran.errors]).toEqual([1, ['HTTPS_PROXY is not a URL that starts with http:// or https://']]);
    expect([ran.log.includes('a-password'), at.github.requests]).toEqual([false, []]);
  });
});
