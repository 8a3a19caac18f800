import { describe, expect, it } from 'vitest';
import { movedSafeguards } from '../../src/revisions/safeguards.ts';
import { type Content, loadFiles } from '../config/memory.ts';

const roles = `roles:
  - { name: support, protected: true, permissions: [read:hooks] }
  - { name: viewer, permissions: [read:hooks] }
`;
const file = (target: string, auth = '{ token: "${DINTERO_TOKEN}" }', more = roles) =>
  `provider: dintero\nauth: ${auth}\ntargets:\n  - { ${target} }\n${more}`;
const acme = 'name: acme, account: T11112222';

type Files = Readonly<Record<string, Content>>;

function found(
  base: string | Files,
  head: string | Files,
  live?: Parameters<typeof movedSafeguards>[2],
): readonly string[] {
  const [before, after] = [base, head].map((one) => loadFiles(typeof one === 'string' ? { 'roles/a.yaml': one } : one));
  if (before === undefined || after === undefined) return [];
  expect([...before.problems, ...after.problems]).toEqual([]);
  return movedSafeguards(before, after, live).map(
    ({ code, target, role, message }) => `${code} ${target}${role === null ? '' : `/${role}`}: ${message}`,
  );
}

const codes = (...given: Parameters<typeof found>) => found(...given).map((line) => line.replace(/:.*/s, ''));

describe('safeguards', () => {
  it('is empty for files that say the same another way', () => {
    expect(found(file(acme), file(acme))).toEqual([]);
    const split = {
      'roles/targets.yaml': file(acme, '{ token: "${DINTERO_TOKEN}" }', ''),
      'roles/sub/one.yaml': `provider: dintero\ntargets: [acme]\n${roles}`,
    };
    expect(found(file(acme), split)).toEqual([]);
    expect(found(file(acme), file(`${acme}, baseUrl: "https://API.dintero.com/v1/", unmanaged: report`))).toEqual([]);
    expect(
      found(file(acme), file(`${acme}, auth: { token: "\${DINTERO_TOKEN}" }`, '{ token: "${DINTERO_X_TOKEN}" }')),
    ).toEqual([]);
  });

  it('says that a role which a branch only deletes from a file is no longer managed', () => {
    const head = file(acme, undefined, 'roles: [{ name: support, protected: true, permissions: [read:hooks] }]\n');
    const expected = [
      'role-unmanaged acme/viewer: `viewer` is no longer managed and stays live; write `ensure: absent` to delete it',
    ];
    expect(found(file(acme), head)).toEqual(expected);
    expect(found(file(acme), head, new Map([['acme', [{ id: '1', name: 'viewer' }]]]))).toEqual(expected);
    expect(found(file(acme), head, new Map([['acme', []]]))).toEqual([
      'role-unmanaged acme/viewer: `viewer` is no longer managed; no such role is live',
    ]);
  });

  it('names the entry of the map that a target takes now, or took', () => {
    const moved = (base: string, head: string) =>
      movedSafeguards(loadFiles({ 'roles/a.yaml': base }), loadFiles({ 'roles/a.yaml': head }))
        .filter(({ code }) => code !== 'target-renamed')
        .map(({ code, target, message }) => `${code} ${target}: ${message}`);
    const open = (target: string) => file(target).replace(/^auth: .*\n/m, '');
    expect(moved(open(acme), open(acme))).toEqual([]);
    expect(moved(file(acme), open(acme))).toEqual([
      'auth-changed acme: `token` of `auth` changed: it reads the entry `acme` of ROLESYNC_SECRETS now; it read `DINTERO_TOKEN`',
    ]);
    expect(moved(open(acme), open('name: new, account: T11112222'))).toEqual([
      'auth-changed new: it signs in with the entry `new` of ROLESYNC_SECRETS now; it signed in with the entry `acme` of ROLESYNC_SECRETS',
    ]);
    expect(moved(file(acme), `${open('name: new, account: T33334444')}`)).toContain(
      'target-added new: the target is new: dintero at `https://api.dintero.com/v1`; the entry `new` of ROLESYNC_SECRETS goes there',
    );
  });

  it('names targets that come, go, and are only renamed', () => {
    expect(found(file(acme), file('name: new, account: T33334444'))).toEqual([
      'target-removed acme: the target is no longer in the files; its 2 roles stay live, managed by no file',
      'target-added new: the target is new: dintero at `https://api.dintero.com/v1`; `DINTERO_TOKEN` goes there',
    ]);
    expect(found(file(acme), file('name: new, account: T11112222'))).toEqual([
      'target-renamed new: the target was called `acme`',
    ]);
    // A role cannot hide behind the new name of its target.
    const head = file('name: new, account: T11112222', undefined, '');
    expect(codes(file(acme), head)).toEqual([
      'target-renamed new',
      'protection-lifted new/support',
      'role-unmanaged new/support',
      'role-unmanaged new/viewer',
    ]);
  });

  it('says where credentials and changes go now', () => {
    expect(found(file(acme), file(`${acme}, baseUrl: "https://evil.example/v1"`))).toEqual([
      'host-changed acme: credentials go to another host: `baseUrl` is `https://evil.example/v1` now; it was `https://api.dintero.com/v1`',
    ]);
    expect(codes(file(acme), file(`${acme}, baseUrl: "https://api.dintero.com/v2"`))).toEqual([
      'base-url-changed acme',
    ]);
    const url = (text: string) => file(`${acme}, baseUrl: "${text}"`);
    expect(codes(url('https://api.dintero.com/v1'), url('http://api.dintero.com/v1'))).toEqual(['host-changed acme']);
    expect(codes(url('${DINTERO_URL:-https://api.dintero.com/v1}'), url('${DINTERO_URL:-https://x.example}'))).toEqual([
      'host-changed acme',
    ]);
    expect(codes(url('https://api.dintero.com/v1'), url('${DINTERO_URL:-https://api.dintero.com/v1}'))).toEqual([
      'host-changed acme',
    ]);
    expect(found(file(acme), file('name: acme, account: P11112222'))).toEqual([
      'tenant-changed acme: the account is `P11112222` now; it was `T11112222`, whose roles stay live',
    ]);
  });

  it('says which variables are read now, and shows nothing that is written into `auth`', () => {
    const before = '{ clientId: written-out, clientSecret: "${DINTERO_A_SECRET}" }';
    const after = '{ clientId: another, clientSecret: "${DINTERO_B_SECRET}" }';
    expect(found(file(acme, before), file(acme, after))).toEqual([
      'auth-changed acme: `clientId` and `clientSecret` of `auth` changed: it reads `DINTERO_B_SECRET` now; it read `DINTERO_A_SECRET`',
    ]);
    expect(codes(file(acme, before), file(acme))).toEqual(['auth-changed acme']);
  });

  it('says what a change of `unmanaged` means', () => {
    const own = `${acme}, files: [roles/**]`;
    expect(found(file(own), file(`${own}, unmanaged: delete`))).toEqual([
      'unmanaged-changed acme: `unmanaged` is `delete` now; it was `report`: live roles that no file names are deleted',
    ]);
    expect(codes(file(`${own}, unmanaged: delete`), file(`${own}, unmanaged: ignore`))).toEqual([
      'unmanaged-changed acme',
    ]);
  });

  it('notices a wider `files`, not a narrower one', () => {
    const narrow = `${acme}, files: [roles/a.yaml]`;
    const wide = `${acme}, files: [roles/a.yaml, roles/b.yaml]`;
    expect(codes(file(narrow), file(acme))).toEqual(['files-opened acme']);
    expect(found(file(narrow), file(wide))).toEqual([
      'files-opened acme: `files` is `roles/a.yaml` and `roles/b.yaml` now; it was `roles/a.yaml`',
    ]);
    expect(found(file(wide), file(narrow))).toEqual([]);
    expect(found(file(acme), file(narrow))).toEqual([]);
  });

  it('notices a wider `dropUnknownRoles`, not a narrower one', () => {
    const chat = (drop: string) =>
      `provider: rocketchat\nauth: { userId: u, token: "\${ROCKETCHAT_TOKEN}" }\ntargets:\n  - { name: chat, baseUrl: "https://chat.example.com", dropUnknownRoles: [${drop}] }\n`;
    expect(found(chat('anonymous'), chat('anonymous, ghost'))).toEqual([
      'drop-unknown-roles chat: `dropUnknownRoles` has `ghost` now: a permission that is written is taken from it',
    ]);
    expect(found(chat('anonymous, ghost'), chat('ghost'))).toEqual([]);
  });

  it('looks at each target of a role by itself', () => {
    const targets = '{ name: a, account: T11112222 }, { name: b, account: T33334444 }';
    const shared = (names: string) => ({
      'roles/targets.yaml': `provider: dintero\nauth: { token: "\${DINTERO_TOKEN}" }\ntargets: [${targets}]\n`,
      'roles/x.yaml': `provider: dintero\ntargets: [${names}]\nroles: [{ name: x, permissions: [read:hooks] }]\n`,
    });
    expect(codes(shared('a, b'), shared('b'))).toEqual(['role-unmanaged a/x']);
  });

  it('sorts by target, and puts what a target moves before what its roles move', () => {
    const other = 'name: b, account: T33334444, files: [roles/**]';
    const base = { 'roles/b.yaml': file(other), 'roles/a.yaml': file(acme) };
    const head = {
      'roles/b.yaml': file(`${other}, unmanaged: delete`, undefined, ''),
      'roles/a.yaml': file(acme, undefined, ''),
    };
    expect(codes(base, head)).toEqual([
      'protection-lifted acme/support',
      'role-unmanaged acme/support',
      'role-unmanaged acme/viewer',
      'unmanaged-changed b',
      'protection-lifted b/support',
      'role-unmanaged b/support',
      'role-unmanaged b/viewer',
    ]);
  });

  it('points to the place of the value that moved', () => {
    const [base, head] = [file(acme), `${file(acme, undefined, '')}`].map((text) =>
      loadFiles({ 'roles/a.yaml': text }),
    );
    const url = loadFiles({ 'roles/a.yaml': file(`${acme}, baseUrl: "https://evil.example"`) });
    if (base === undefined || head === undefined) throw new Error('no files');
    expect(movedSafeguards(base, url)[0]?.source).toMatchObject({ file: 'roles/a.yaml', line: 4, column: 48 });
    expect(movedSafeguards(base, head).at(-1)?.source).toMatchObject({ line: 7 });
  });
});
