import { afterEach, describe, expect, it } from 'vitest';
import { emptyState, issueKeycloak, type Sandbox, startSandbox } from '../../support/sandbox.ts';
import { facts } from './facts.ts';

const open: Sandbox[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
});

facts('the stand-in of Keycloak', async () => {
  const state = emptyState();
  const { path, auth } = issueKeycloak(state.keycloak, 'acme', { clients: ['shop'] });
  const sandbox = await startSandbox({ state });
  open.push(sandbox);
  return { base: sandbox.origin + path, realm: 'acme', auth };
});

describe('the stand-in of Keycloak', () => {
  it('lets a tenant in once, with the clients that a target lists', () => {
    const { keycloak } = emptyState();
    const first = issueKeycloak(keycloak, 'acme');
    expect(issueKeycloak(keycloak, 'acme', { clients: ['shop', 'account'] })).toEqual(first);
    const clients = keycloak.realms['acme']?.clients.map(({ clientId }) => clientId) ?? [];
    expect(clients.filter((one) => ['account', 'rolesync', 'shop'].includes(one)).sort()).toEqual([
      'account',
      'rolesync',
      'shop',
    ]);
  });
});
