import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { believableState, emptyState, loadState, saveState } from '../support/sandbox.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolesync-sandbox-'));
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('a state file', () => {
  it('comes back as it was saved, leaves nothing beside it, and is its owner’s', async () => {
    const path = join(folder, 'state.json');
    const state = believableState();
    saveState(path, state);
    saveState(path, state);
    expect(await loadState(path)).toEqual(state);
    expect(readdirSync(folder)).toEqual(['state.json']);
    expect(statSync(path).mode & 0o077).toBe(0);
  });

  it('may be written by hand in YAML with the least', async () => {
    const text = `
dintero:
  accounts:
    __proto__: { clients: [{ clientId: a, clientSecret: b }] }
rinne: { roles: [{ id: r, name: cashier, permissions: [a.b] }] }
rocketchat:
  workspaces: { demo: { users: [{ _id: u, username: ada, tokens: [t], roles: [admin] }] } }
`;
    const state = await loadState(file('seed.yaml', text));
    expect(Object.keys(state.dintero.accounts)).toEqual(['__proto__']);
    expect(state.rinne.roles[0]).toMatchObject({ description: null, company_id: null, created_at: expect.any(String) });
    const { demo } = state.rocketchat.workspaces;
    expect(demo).toMatchObject({ customRoles: true, rateLimit: null, removed: [] });
    expect(demo?.roles.map(({ _id }) => _id)).toContain('owner');
    expect(demo?.permissions.map(({ _id }) => _id)).toContain('access-permissions');
  });

  it('may be empty', async () => {
    expect(await loadState(file('seed.json', '{}'))).toEqual(emptyState());
  });

  it.each([
    ['{"dintero":{"accounts":{"T1":{"clients":[],"roles":[{"id":"x"}]}}}}', '/dintero/accounts/T1/roles/0', "'scope'"],
    ['{"rinne":{"rolls":[]}}', '/rinne', '"rolls"'],
    ['{"rocketchat":{"workspaces":{"demo":{"rateLimit":{"calls":0,"windowMs":1}}}}}', 'rateLimit/calls', '>= 1'],
    ['[]', 'the state', 'object'],
  ])('that has the wrong shape is refused with the place: %s', async (text, where, what) => {
    const failure = await loadState(file('seed.json', text)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'config', message: expect.stringContaining(where) });
    expect(failure).toMatchObject({ message: expect.stringContaining(what) });
  });

  it('that cannot be read or parsed is refused by name', async () => {
    const missing = join(folder, 'none.json');
    await expect(loadState(missing)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining(missing),
    });
    await expect(loadState(file('a.json', '{'))).rejects.toMatchObject({
      message: expect.stringContaining('not valid JSON'),
    });
    await expect(loadState(file('a.yaml', 'a: ['))).rejects.toMatchObject({
      message: expect.stringContaining('not valid YAML'),
    });
  });

  it('that cannot be saved keeps what was there', () => {
    const path = join(folder, 'state.json');
    saveState(path, emptyState());
    const before = readFileSync(path, 'utf8');
    const circular = { ...emptyState(), self: {} };
    circular.self = circular;
    expect(() => saveState(path, circular)).toThrow(/cannot save the state/);
    expect(readFileSync(path, 'utf8')).toBe(before);
    mkdirSync(join(folder, 'taken'));
    expect(() => saveState(join(folder, 'taken'), emptyState())).toThrow(/cannot save the state/);
    expect(readdirSync(folder).sort()).toEqual(['state.json', 'taken']);
    expect(() => saveState(join(folder, 'none', 'state.json'), emptyState())).toThrow(/--state/);
  });
});
