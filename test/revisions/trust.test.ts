import { describe, expect, it } from 'vitest';
import { resolve } from '../../src/config/resolve.ts';
import { parseSecrets } from '../../src/config/secrets.ts';
import { misplacedSecrets, untrusted } from '../../src/revisions/trust.ts';
import { loadFiles, loadOne } from '../config/memory.ts';

const environment = {
  DINTERO_CLIENT_ID: 'value-of-id',
  DINTERO_CLIENT_SECRET: 'value-of-secret',
  DINTERO_OTHER_SECRET: 'value-of-other',
  ROCKETCHAT_TOKEN: 'value-of-token',
  ROCKETCHAT_PASS: 'value-of-pass',
};
const allowHosts = ['evil.example', 'evil.example:8443', 'chat.example.com', 'http://chat.example.com', 'new.example'];

function dintero(baseUrl?: string, { secret = 'DINTERO_CLIENT_SECRET', name = 'acme', account = 'T11112222' } = {}) {
  return `provider: dintero
auth: { clientId: "\${DINTERO_CLIENT_ID}", clientSecret: "\${${secret}}" }
targets:
  - { name: ${name}, account: "${account}"${baseUrl === undefined ? '' : `, baseUrl: "${baseUrl}"`} }
`;
}

const chat = (baseUrl: string, userId = 'u1', token = 'ROCKETCHAT_TOKEN') =>
  `provider: rocketchat
auth: { userId: "${userId}", token: "\${${token}}" }
targets: [{ name: chat, baseUrl: "${baseUrl}" }]
`;

function verdicts(trusted: string, head: string, more: Readonly<Record<string, string>> = {}) {
  const values = { ...environment, ...more };
  const config = loadOne(head);
  expect(config.problems).toEqual([]);
  const resolved = resolve(config.targets, { environment: values, allowHosts });
  expect(resolved.problems).toEqual([]);
  return Object.fromEntries(untrusted(loadOne(trusted), resolved.targets, values));
}

describe('untrusted', () => {
  it('has nothing to say of a target as it was, renamed, for another tenant, or written in another way', () => {
    expect(verdicts(dintero(), dintero())).toEqual({});
    expect(verdicts(dintero(), dintero(undefined, { name: 'new', account: 'P99998888' }))).toEqual({});
    expect(verdicts(dintero(), dintero('https://API.dintero.com/v1/'))).toEqual({});
  });

  it('compares whole base URLs: another path is another destination', () => {
    expect(verdicts(dintero(), dintero('https://api.dintero.com/v2'))).toHaveProperty('acme');
    expect(verdicts(chat('https://chat.example.com/a'), chat('https://chat.example.com'))).toHaveProperty('chat');
  });

  it('shows no variable that the branch puts into a path, and lets a trusted one stay there', () => {
    const held = { ROCKETCHAT_OTHER: 'value-of-an-other' };
    const inPath = chat('https://chat.example.com/${ROCKETCHAT_OTHER}');
    expect(verdicts(chat('https://chat.example.com'), inPath, held)).toEqual({
      chat: 'new destination for ROCKETCHAT_TOKEN: https://chat.example.com/${ROCKETCHAT_OTHER} (the trusted revision sends it to https://chat.example.com)',
    });
    expect(verdicts(inPath, inPath, held)).toEqual({});
  });

  it('names the variables, where they would go, and where they go now', () => {
    expect(verdicts(dintero(), dintero('https://evil.example/v1'))).toEqual({
      acme:
        'new destination for DINTERO_CLIENT_ID: https://evil.example/v1 (the trusted revision sends it to https://api.dintero.com/v1); ' +
        'new destination for DINTERO_CLIENT_SECRET: https://evil.example/v1 (the trusted revision sends it to https://api.dintero.com/v1)',
    });
  });

  it('knows a host by its port and by whether it is encrypted', () => {
    const before = chat('https://chat.example.com');
    expect(verdicts(before, chat('http://chat.example.com'))).toEqual({
      chat: 'new destination for ROCKETCHAT_TOKEN: http://chat.example.com (the trusted revision sends it to https://chat.example.com)',
    });
    expect(Object.keys(verdicts(before, chat('https://evil.example:8443')))).toEqual(['chat']);
    expect(Object.keys(verdicts(chat('https://evil.example'), chat('https://evil.example:8443')))).toEqual(['chat']);
  });

  it('withholds another variable at a known host: the pair is new', () => {
    const message = verdicts(dintero(), dintero(undefined, { secret: 'DINTERO_OTHER_SECRET' }));
    expect(message).toEqual({
      acme: 'new destination for DINTERO_OTHER_SECRET: https://api.dintero.com/v1 (the trusted revision sends it nowhere)',
    });
  });

  it('counts open fields of `auth` too', () => {
    const before = chat('https://chat.example.com');
    expect(verdicts(before, chat('https://chat.example.com', '${ROCKETCHAT_USER}'), { ROCKETCHAT_USER: 'x' })).toEqual({
      chat: expect.stringMatching(/^new destination for ROCKETCHAT_USER:/),
    });
    expect(verdicts(before, chat('https://chat.example.com', 'somebody'))).toEqual({});
  });

  it('compares after the variables are replaced, on both sides alike', () => {
    const url = '${DINTERO_BASE_URL:-https://api.dintero.com/v1}';
    expect(verdicts(dintero(url), dintero())).toEqual({});
    expect(verdicts(dintero(), dintero(url))).toEqual({});
    expect(verdicts(dintero(), dintero('${DINTERO_BASE_URL:-https://evil.example/v1}'))).toHaveProperty('acme');
    const elsewhere = { DINTERO_BASE_URL: 'https://new.example/v1' };
    expect(verdicts(dintero(url), dintero(url), elsewhere)).toEqual({});
    expect(verdicts(dintero(url), dintero(), elsewhere)).toHaveProperty('acme');
  });

  it('lets a trusted target that cannot be resolved vouch for nothing', () => {
    const unset = dintero('${DINTERO_BASE_URL}');
    expect(verdicts(unset, dintero())).toHaveProperty('acme');
    expect(verdicts(unset, dintero('https://evil.example/v1'))).toHaveProperty('acme');
  });

  it('trusts nothing where the trusted revision has no targets', () => {
    const resolved = resolve(loadOne(dintero()).targets, { environment, allowHosts });
    const nothing = { targets: [], problems: [], doubts: [], files: [] };
    expect([...untrusted(nothing, resolved.targets, environment).keys()]).toEqual(['acme']);
  });

  it('takes the pairs of all trusted targets together, and judges each target of the head alone', () => {
    const trusted = loadFiles({ 'roles/a.yaml': dintero(), 'roles/b.yaml': chat('https://chat.example.com') });
    const head = loadFiles({
      'roles/a.yaml': dintero(undefined, { name: 'renamed' }),
      'roles/b.yaml': chat('https://evil.example'),
    });
    const resolved = resolve(head.targets, { environment, allowHosts });
    expect([...untrusted(trusted, resolved.targets, environment).keys()]).toEqual(['chat']);
  });

  it('shows no value of any variable', () => {
    const said = JSON.stringify(verdicts(dintero(), dintero('https://evil.example/v1')));
    expect(said).toContain('DINTERO_CLIENT_SECRET');
    expect(said).not.toContain('value-of');
  });
});

describe('an entry of the map of secrets', () => {
  const map = 'acme: { clientId: id-1, clientSecret: value-1 }\nnew: { clientId: id-2, clientSecret: value-2 }\n';
  const open = (target: string) => `provider: dintero\ntargets: [{ ${target} }]\n`;
  const acme = open('name: acme, account: T11112222');
  const judged = (trusted: string, head: string, more: Readonly<Record<string, string>> = {}) => {
    const values = { ...environment, ...more };
    const secrets = parseSecrets(map, 'ROLESYNC_SECRETS');
    const resolved = resolve(loadOne(head).targets, { environment: values, allowHosts, secrets });
    expect(resolved.problems).toEqual([]);
    return Object.fromEntries(untrusted(loadOne(trusted), resolved.targets, values));
  };

  it('goes to the base URL and tenant of its target, however they are written', () => {
    expect(judged(acme, acme)).toEqual({});
    const written = open('name: acme, account: "${DINTERO_ACCOUNT}", baseUrl: "https://API.dintero.com/v1/"');
    expect(judged(acme, written, { DINTERO_ACCOUNT: 'T11112222' })).toEqual({});
    expect(judged(written, acme, { DINTERO_ACCOUNT: 'T11112222' })).toEqual({});
  });

  it('goes to the same target where only its variables were taken out of the file', () => {
    expect(judged(dintero(), acme)).toEqual({});
  });

  it('goes to no other tenant, base URL, or name', () => {
    expect(judged(acme, open('name: acme, account: T99998888'))).toEqual({
      acme: 'new destination for the entry `acme` of ROLESYNC_SECRETS: https://api.dintero.com/v1 · T99998888 (the trusted revision sends it to https://api.dintero.com/v1 · T11112222)',
    });
    expect(judged(acme, open('name: acme, account: T11112222, baseUrl: "https://evil.example/v1"'))).toHaveProperty(
      'acme',
    );
    expect(judged(acme, open('name: acme, account: T11112222, baseUrl: "https://api.dintero.com/v2"'))).toHaveProperty(
      'acme',
    );
    expect(judged(acme, open('name: new, account: T11112222'))).toEqual({
      new: 'new destination for the entry `new` of ROLESYNC_SECRETS: https://api.dintero.com/v1 · T11112222 (the trusted revision sends it nowhere)',
    });
  });

  it('goes nowhere by way of a trusted target that cannot be resolved', () => {
    const unset = open('name: acme, account: "${DINTERO_ACCOUNT}"');
    expect(judged(unset, acme)).toHaveProperty('acme');
    const url = open('name: acme, account: T11112222, baseUrl: "${DINTERO_BASE_URL}"');
    expect(judged(url, acme)).toHaveProperty('acme');
  });

  it('goes to no target of another provider', () => {
    const trusted =
      'provider: rinne\ntargets: [{ name: acme, company: T11112222, baseUrl: "https://api.dintero.com/v1" }]\n';
    expect(judged(trusted, acme)).toHaveProperty('acme');
  });

  it('and the values of variables in its place are not shown', () => {
    const head = open('name: acme, account: "${DINTERO_HIDDEN}"');
    const said = JSON.stringify(judged(acme, head, { DINTERO_HIDDEN: 'T55556666' }));
    expect(said).toContain('${DINTERO_HIDDEN}');
    expect(said).not.toContain('T55556666');
  });
});

describe('misplacedSecrets', () => {
  const trusted = loadOne(chat('https://chat.example.com', 'u1', 'ROCKETCHAT_PASS'));
  const found = (head: string) => misplacedSecrets(trusted, loadOne(head).targets);

  it('finds a secret of the trusted revision that a branch would have shown', () => {
    for (const head of [
      chat('https://chat.example.com/${ROCKETCHAT_PASS}'),
      chat('https://${ROCKETCHAT_PASS}.evil.example'),
      chat('https://chat.example.com', '${ROCKETCHAT_PASS}'),
    ]) {
      // The branch alone looks fine: it has no other use of the variable.
      expect(loadOne(head).problems).toEqual([]);
      expect(found(head)).toMatchObject([
        { severity: 'error', code: 'secret-elsewhere', source: { file: 'roles/a.yaml' } },
      ]);
    }
  });

  it('leaves secrets where they were', () => {
    expect(found(chat('https://chat.example.com', 'u1', 'ROCKETCHAT_PASS'))).toEqual([]);
    expect(found(chat('https://chat.example.com', '${ROCKETCHAT_USER}'))).toEqual([]);
  });
});
