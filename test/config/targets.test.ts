import { describe, expect, it } from 'vitest';
import { dintero, found, loadFiles, loadOne, messages, rinne, rocketchat } from './memory.ts';

const one = 'provider: dintero\ntargets: [acme]\nroles:\n  - { name: one, permissions: [read:hooks] }\n';

describe('targets', () => {
  it('suggests the nearest target for one that no file defines', () => {
    const config = loadFiles({ 'roles/a.yaml': dintero, 'roles/b.yaml': one.replace('[acme]', '[acme, amce]') });
    expect(found(config)).toEqual(['error roles/b.yaml:2:17 unknown-target']);
    expect(messages(config)).toContain('Did you mean `acme`?');
  });

  it('lists the targets that there are where none is near', () => {
    const config = loadFiles({ 'roles/a.yaml': dintero, 'roles/b.yaml': one.replace('[acme]', '[production]') });
    expect(messages(config)).toContain('Targets: acme.');
  });

  it('refuses a target that is defined twice', () => {
    const config = loadFiles({ 'roles/a.yaml': dintero, 'roles/b.yaml': dintero.replace('T11112222', 'T123') });
    expect(found(config)).toEqual(['error roles/b.yaml:4:13 duplicate-target']);
    expect(messages(config)).toContain('first at roles/a.yaml:4:13');
  });

  it('refuses a target that a file names twice', () => {
    const config = loadFiles({ 'roles/a.yaml': dintero, 'roles/b.yaml': one.replace('[acme]', '[acme, acme]') });
    expect(found(config)).toEqual(['error roles/b.yaml:2:17 duplicate-target']);
  });

  it('refuses the same account under two names, also where one spells out the default base URL', () => {
    const config = loadOne(
      `${dintero}  - { name: again, account: T11112222, baseUrl: "https://API.dintero.com/v1/" }\n`,
    );
    expect(found(config)).toEqual(['error roles/a.yaml:5:5 same-target']);
    expect(messages(config)).toContain('`again` points to the same place as `acme` (roles/a.yaml:4:5)');
  });

  it.each([
    ['https://checkout.dintero.com/v1', true],
    ['https://CHECKOUT.dintero.com/v1/', true],
    ['https://api.dintero.com:443/v1', true],
    ['http://checkout.dintero.com/v1', true],
    ['https://api.dintero.com/v2', false],
    ['https://checkout.dintero.com.example/v1', false],
    ['http://127.0.0.1:4010/dintero/v1', false],
    ['http://localhost/v1', false],
  ])('says whether the same account at %s is the same place: %s', (baseUrl, same) => {
    const config = loadOne(`${dintero}  - { name: again, account: T11112222, baseUrl: "${baseUrl}" }\n`);
    expect(found(config)).toEqual(same ? ['error roles/a.yaml:5:5 same-target'] : []);
  });

  it("takes Rinne's sandbox and production for two systems", () => {
    const again = '  - { name: again, company: c1, baseUrl: "https://api-sandbox.rinne.com.br/core" }\n';
    expect(found(loadOne(rinne + again))).toEqual([]);
  });

  it('refuses the same workspace under two names when both read the same variable', () => {
    const files = {
      'roles/a.yaml': rocketchat.replace('https://chat.example.com', '${ROCKETCHAT_URL}'),
      'roles/b.yaml': rocketchat.replace('https://chat.example.com', '${ROCKETCHAT_URL}').replace('chat,', 'talk,'),
    };
    expect(found(loadFiles(files))).toEqual(['error roles/b.yaml:4:5 same-target']);
  });

  it('takes one account in two environments for two targets', () => {
    expect(found(loadOne(`${dintero}  - { name: prod, account: P11112222 }\n`))).toEqual([]);
  });

  it('refuses a file of one provider that names a target of another', () => {
    const config = loadFiles({
      'roles/a.yaml': dintero,
      'roles/b.yaml': one.replace('dintero', 'rinne').replace('read:hooks', 'user.list'),
    });
    expect(found(config)).toEqual(['error roles/b.yaml:2:11 other-provider']);
    expect(messages(config)).toContain('belongs to dintero (roles/a.yaml:4:5)');
  });

  it('refuses auth and unmanaged in a file that only names targets', () => {
    const config = loadFiles({
      'roles/a.yaml': dintero,
      'roles/b.yaml': `auth: { token: "\${DINTERO_TOKEN}" }\nunmanaged: delete\n${one}`,
    });
    expect(found(config)).toEqual([
      'error roles/b.yaml:1:1 auth-without-target',
      'error roles/b.yaml:2:1 unmanaged-without-target',
    ]);
  });

  it('warns of a target that gets no credentials from its file', () => {
    const config = loadOne('provider: dintero\ntargets:\n  - { name: acme, account: T123 }\n');
    expect(found(config)).toEqual(['warning roles/a.yaml:3:5 no-auth']);
    expect(messages(config)).toBe(
      'the target `acme` has no `auth`, and neither has this file: the credentials must come from ROLESYNC_SECRETS',
    );
  });

  it('warns once of all targets of a file that have none', () => {
    const some = Array.from({ length: 200 }, (_, at) => `  - { name: t${at}, account: T${10_000_000 + at} }\n`).join(
      '',
    );
    const own = '  - { name: own, account: T123, auth: { token: "${DINTERO_TOKEN}" } }\n';
    const files = {
      'roles/a.yaml': `provider: dintero\ntargets:\n${own}${some}`,
      'roles/b.yaml': 'provider: dintero\ntargets: [t1]\n',
    };
    const config = loadFiles(files);
    expect(found(config)).toEqual(['warning roles/a.yaml:4:5 no-auth']);
    expect(messages(config)).toContain('the targets `t0`, `t1`, `t2` and 197 more have no `auth`');
  });

  it('prefers what a target says to what its file says', () => {
    const { targets, problems } = loadOne(`${dintero.replace('T11112222', 'T11112222, files: [roles/**]')}  - name: b
    account: T123
    unmanaged: report
    auth: { token: "\${DINTERO_OTHER_TOKEN}" }
unmanaged: delete
`);
    expect(problems).toEqual([]);
    expect(targets.map(({ unmanaged, auth }) => [unmanaged, auth['token']?.text])).toEqual([
      ['delete', '${DINTERO_TOKEN}'],
      ['report', '${DINTERO_OTHER_TOKEN}'],
    ]);
  });

  it('refuses names of targets that a reader cannot tell apart', () => {
    expect(found(loadOne(dintero.replace('acme', '"acme\\u200b"')))).toEqual(['error roles/a.yaml:4:13 text']);
  });
});

describe('the files that may hold roles of a target', () => {
  const guarded = dintero.replace('T11112222', 'T11112222, files: [roles/acme/**, "roles/*.yml"]');

  it('refuses a role in any other file', () => {
    const config = loadFiles({
      'roles/targets.yaml': guarded,
      'roles/acme/deep/a.yaml': one,
      'roles/b.yml': one.replace('name: one', 'name: two'),
      'roles/acme.yaml': one.replace('name: one', 'name: three'),
      'roles/other/acme/a.yaml': one.replace('name: one', 'name: four'),
    });
    expect(found(config)).toEqual([
      'error roles/acme.yaml:4:5 file-not-allowed',
      'error roles/other/acme/a.yaml:4:5 file-not-allowed',
    ]);
    expect(messages(config)).toContain('the `files` of roles/targets.yaml:4:39');
  });

  it.each([
    ['./roles/**', 'relative to the working directory'],
    ['/roles/**', 'relative to the working directory'],
    ['../roles/**', 'relative to the working directory'],
    ['!roles/**', 'cannot begin with `!`'],
    ["'roles\\acme\\**'", 'forward slashes only'],
    ['*a*a*a*a*a*a*a*a', 'at most six wildcards'],
    ['"roles/${DINTERO_X}/**"', 'no variables'],
  ])('refuses the glob %s', (glob, message) => {
    const quoted = /^['"]/.test(glob) ? glob : `'${glob}'`;
    const config = loadOne(dintero.replace('T11112222', `T11112222, files: [${quoted}]`));
    expect(found(config)).toEqual(['error roles/a.yaml:4:47 glob']);
    expect(messages(config)).toContain(message);
  });
});

describe('targets of all providers', () => {
  it('live side by side', () => {
    const { targets, problems } = loadFiles({
      'roles/a.yaml': dintero,
      'roles/b.yaml': rinne,
      'roles/c.yaml': rocketchat,
    });
    expect(problems).toEqual([]);
    expect(targets.map(({ name, tenant }) => [name, tenant?.text])).toEqual([
      ['acme', 'T11112222'],
      ['shop', 'c1'],
      ['chat', undefined],
    ]);
  });
});
