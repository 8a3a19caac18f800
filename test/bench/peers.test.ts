/** What `npm run bench -- --peers` finds, serves and refuses to measure. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { expect, it, onTestFinished } from 'vitest';
import { resourceServer, startAuth0 } from './auth0.ts';
import { findPeer, sideBySide } from './peers.ts';

const root = join(import.meta.dirname, '../..');

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'rolesync-peers-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** A folder with an auth0-deploy-cli that runs `code`. */
function installed(code: string): string {
  const from = folder();
  const modules = join(from, 'node_modules');
  mkdirSync(join(modules, 'auth0-deploy-cli/lib'), { recursive: true });
  mkdirSync(join(modules, '.bin'));
  writeFileSync(join(modules, 'auth0-deploy-cli/package.json'), '{ "version": "1.2.3" }');
  writeFileSync(join(modules, 'auth0-deploy-cli/lib/index.js'), code);
  symlinkSync('../auth0-deploy-cli/lib/index.js', join(modules, '.bin/a0deploy'));
  return from;
}

it('finds the peer in the folder that is named, and its version', () => {
  expect(findPeer(root, installed(''))).toMatchObject({
    script: expect.stringMatching(/auth0-deploy-cli\/lib\/index\.js$/),
    version: '1.2.3',
  });
});

it('says how to install a peer that is not there', async () => {
  const from = folder();
  expect(await sideBySide(root, from)).toBe(
    `There is no auth0-deploy-cli in ${from}. Install it with \`npm install --prefix DIR auth0-deploy-cli\`, then run \`npm run bench -- --peers-from DIR\`.`,
  );
});

it('does not measure a peer that ends with 0 without its work done', async () => {
  await expect(sideBySide(root, installed(''), [10])).rejects.toThrow(
    'auth0-deploy-cli ended with 0, but the live roles',
  );
});

it('does not measure a peer that fails', async () => {
  const failing = installed('console.error("no tenant"); process.exit(3)');
  await expect(sideBySide(root, failing, [10])).rejects.toThrow('auth0-deploy-cli ended with 3: no tenant');
});

it('serves roles page by page, and keeps what is written', async () => {
  const roles = Array.from({ length: 3 }, (_, at) => ({ name: `r${at}`, description: 'd', permissions: ['a', 'b'] }));
  const api = await startAuth0(roles, 0);
  onTestFinished(api.close);
  const dispatcher = new Agent({ connect: { ca: readFileSync(api.authority) } });
  const ask = async (method: 'GET' | 'PATCH' | 'DELETE' | 'POST', path: string, body?: object) => {
    const url = `https://${api.domain}/api/v2${path}`;
    const answer = await request(url, { method, dispatcher, body: body === undefined ? null : JSON.stringify(body) });
    return { status: answer.statusCode, body: await answer.body.text() };
  };
  const grant = (name: string) => ({
    permissions: [{ permission_name: name, resource_server_identifier: resourceServer }],
  });

  const last = await ask('GET', '/roles?page=1&per_page=2&include_totals=true');
  expect(JSON.parse(last.body)).toMatchObject({ roles: [{ name: 'r2' }], start: 2, total: 3 });
  const [{ id }] = JSON.parse(last.body).roles;
  expect(await ask('PATCH', `/roles/${id}`, { description: 'new' })).toMatchObject({ status: 200 });
  expect(await ask('DELETE', `/roles/${id}/permissions`, grant('a'))).toMatchObject({ status: 204 });
  expect(await ask('POST', `/roles/${id}/permissions`, grant('c'))).toMatchObject({ status: 201 });
  expect(await ask('GET', '/roles/none/permissions')).toMatchObject({ status: 404 });
  expect(api.roles()).toEqual([...roles.slice(0, 2), { name: 'r2', description: 'new', permissions: ['b', 'c'] }]);
  expect(api.requests.map(({ method }) => method)).toEqual(['GET', 'PATCH', 'DELETE', 'POST', 'GET']);
});
