import { describe, expect, it } from 'vitest';
import { type ResolveOptions, resolve } from '../../src/config/resolve.ts';
import { select } from '../../src/config/select.ts';
import { Failure } from '../../src/core/failure.ts';
import { loadFiles, loadOne, rinne, rocketchat } from './memory.ts';

const chat = rocketchat.replace('"https://chat.example.com"', '"${ROCKETCHAT_URL}"');
const options = (environment: ResolveOptions['environment'], allowHosts: readonly string[] = []): ResolveOptions => ({
  environment,
  allowHosts,
});

describe('resolve', () => {
  it('replaces variables, puts the base URL into its one form, and lists the secrets', () => {
    const { targets, problems } = resolve(
      loadOne(chat).targets,
      options({ ROCKETCHAT_URL: 'https://Chat.Example.com/team/', ROCKETCHAT_TOKEN: 's3cret' }, ['chat.example.com']),
    );
    expect(problems).toEqual([]);
    expect(targets).toMatchObject([
      {
        config: { name: 'chat' },
        baseUrl: 'https://chat.example.com/team',
        tenant: '',
        auth: { userId: 'u1', token: 's3cret' },
        secrets: ['s3cret'],
      },
    ]);
  });

  it('uses the API of Dintero if a target names no other', () => {
    const { targets } = resolve(
      loadOne(
        'provider: dintero\nauth: { clientId: a, clientSecret: "${DINTERO_S}" }\ntargets: [{ name: t, account: T123 }]\n',
      ).targets,
      options({ DINTERO_S: 's' }),
    );
    expect(targets).toMatchObject([
      { baseUrl: 'https://api.dintero.com/v1', tenant: 'T123', auth: { clientId: 'a', clientSecret: 's' } },
    ]);
  });

  it('reports each unset variable once, with its place, and counts empty as unset', () => {
    const { targets, problems } = resolve(
      loadOne(`${chat}  - { name: two, baseUrl: "https://two.example.com" }\n`).targets,
      options({ ROCKETCHAT_URL: '' }, ['two.example.com']),
    );
    expect(targets).toEqual([]);
    expect(problems.map(({ code, source, excerpt }) => [code, source, excerpt])).toEqual([
      [
        'unset-variable',
        { file: 'roles/a.yaml', line: 4, column: 28 },
        '  - { name: chat, baseUrl: "${ROCKETCHAT_URL}" }',
      ],
      [
        'unset-variable',
        { file: 'roles/a.yaml', line: 2, column: 28 },
        'auth: { userId: u1, token: "${ROCKETCHAT_TOKEN}" }',
      ],
    ]);
    expect(problems[0]?.message).toBe(
      'the environment variable `ROCKETCHAT_URL` is not set or is empty; the target `chat` needs it',
    );
  });

  it('needs only the variables of the targets it is given', () => {
    const config = loadFiles({ 'roles/a.yaml': chat, 'roles/b.yaml': rinne });
    const { targets, problems } = resolve(select(config, ['shop']), options({ RINNE_TOKEN: 't' }));
    expect(problems).toEqual([]);
    expect(targets.map(({ baseUrl, tenant }) => [baseUrl, tenant])).toEqual([['https://api.rinne.com.br/core', 'c1']]);
  });

  it('refuses a host that nobody allowed, at its place, and says which line allows it', () => {
    const { targets, problems } = resolve(
      loadOne(chat).targets,
      options({ ROCKETCHAT_URL: 'https://chat.example.com', ROCKETCHAT_TOKEN: 's3cret' }),
    );
    expect(targets).toEqual([]);
    expect(problems).toMatchObject([{ code: 'host', source: { file: 'roles/a.yaml', line: 4, column: 28 } }]);
    expect(problems[0]?.message).toContain('`--allow-host chat.example.com`');
    expect(problems[0]?.message).toContain('read from `ROCKETCHAT_URL`');
  });

  it.each(['https://user:hunter2@chat.example.com', 'https://chat.example.com/?token=hunter2', 'hunter2'])(
    'refuses the base URL %s without repeating it',
    (url) => {
      const { problems } = resolve(
        loadOne(chat).targets,
        options({ ROCKETCHAT_URL: url, ROCKETCHAT_TOKEN: 't' }, ['chat.example.com']),
      );
      expect(problems).toMatchObject([{ code: 'base-url' }]);
      expect(JSON.stringify(problems)).not.toContain('hunter2');
    },
  );

  it('checks an account id once it is known', () => {
    const account = (value: string) =>
      resolve(
        loadOne(
          'provider: dintero\nauth: { token: "${DINTERO_TOKEN}" }\ntargets: [{ name: t, account: "T${DINTERO_N}" }]\n',
        ).targets,
        options({ DINTERO_TOKEN: 't', DINTERO_N: value }),
      );
    expect(account('12345678').targets).toMatchObject([{ tenant: 'T12345678' }]);
    expect(account('123').targets).toMatchObject([{ tenant: 'T123' }]);
    for (const wrong of ['1234', '123/../../x', '١٢٣', '123\n']) {
      expect(account(wrong).problems, wrong).toMatchObject([{ code: 'tenant', source: { line: 3, column: 31 } }]);
    }
  });

  it('refuses two targets that turn out to be one place', () => {
    const config = loadOne(`${chat}  - { name: two, baseUrl: "\${ROCKETCHAT_TWO}" }\n`);
    expect(config.problems).toEqual([]);
    const { targets, problems } = resolve(
      config.targets,
      options({ ROCKETCHAT_URL: 'https://a.example', ROCKETCHAT_TWO: 'https://A.example/', ROCKETCHAT_TOKEN: 't' }, [
        'a.example',
      ]),
    );
    expect(targets.map(({ config: { name } }) => name)).toEqual(['chat']);
    expect(problems).toMatchObject([{ code: 'same-target', source: { line: 5, column: 5 } }]);
  });

  it.each(['s3cret\n', 's3\u0000cret', 's3 cret', 's3crét'])(
    'refuses a token that cannot be sent, without showing it (%j)',
    (token) => {
      const { targets, problems } = resolve(
        loadOne(chat).targets,
        options({ ROCKETCHAT_URL: 'http://localhost:1', ROCKETCHAT_TOKEN: token }),
      );
      expect(targets).toEqual([]);
      expect(problems).toMatchObject([{ code: 'credential' }]);
      expect(problems[0]?.message).toContain('`ROCKETCHAT_TOKEN`');
      expect(JSON.stringify(problems)).not.toContain('s3');
    },
  );

  it('reads no variable that the files may not name, even if it is asked to', () => {
    const [target] = loadOne(chat).targets;
    const template = { text: '${HOME}', source: { file: 'x', line: 1, column: 1 }, excerpt: '' };
    const { problems } = resolve(
      target ? [{ ...target, baseUrl: template }] : [],
      options({ HOME: 'http://localhost', ROCKETCHAT_TOKEN: 't' }),
    );
    expect(problems).toMatchObject([{ code: 'variable-not-allowed' }]);
  });

  it.each([
    ['https://chat.example.com/${ROCKETCHAT_PATH}', 's3cret-value'],
    ['https://chat.example.com/x${ROCKETCHAT_PATH}', 'a-s3cret-value-b'],
    ['${ROCKETCHAT_PATH}', 'http://[s3cret-value'],
  ])('keeps the value of a secret out of %s, whatever the name of the variable', (url, held) => {
    const { targets, problems } = resolve(
      loadOne(chat.replace('${ROCKETCHAT_URL}', url)).targets,
      options({ ROCKETCHAT_PATH: held, ROCKETCHAT_TOKEN: 's3cret-value' }, ['chat.example.com']),
    );
    expect(targets).toEqual([]);
    expect(problems).toMatchObject([{ code: 'secret-elsewhere' }]);
    expect(problems[0]?.message).toContain('`ROCKETCHAT_PATH` holds a secret, and');
    expect(JSON.stringify(problems)).not.toContain('s3cret-value');
  });

  it('fails on a host to allow that is none', () => {
    expect(() => resolve([], options({}, ['https://x']))).toThrow(Failure);
  });
});
