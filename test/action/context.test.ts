import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readContext } from '../../src/action/context.ts';
import { folder } from '../support/command.ts';

function environment(inputs: Readonly<Record<string, string>> = {}, rest: Readonly<Record<string, string>> = {}) {
  const root = folder({ 'event.json': '{"action":"opened"}' });
  const given = { mode: 'plan', 'github-token': 'ghs_token', ...inputs };
  return {
    GITHUB_REPOSITORY: 'acme/roles',
    GITHUB_SHA: 'a'.repeat(40),
    GITHUB_RUN_ID: '7',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_EVENT_NAME: 'pull_request_target',
    GITHUB_EVENT_PATH: join(root, 'event.json'),
    ...Object.fromEntries(Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    ...rest,
  };
}

describe('inputs', () => {
  it('have the defaults of action.yml', () => {
    expect(readContext(environment()).inputs).toEqual({
      mode: 'plan',
      paths: ['roles'],
      targets: [],
      allowHosts: [],
      environment: '',
      furtherEnvironments: [],
      drift: 'hold',
      comment: true,
      requireApproval: false,
      maxPlanAge: 30 * 86_400_000,
      digest: '',
      token: 'ghs_token',
      planWorkflow: '.github/workflows/roles-plan.yml',
      applyWorkflow: '.github/workflows/roles-apply.yml',
    });
  });

  it('are lists where a line each is given', () => {
    const { inputs } = readContext(
      environment({
        path: 'roles\nmore/roles.yaml',
        targets: 'acme\nchat-*',
        'allow-hosts': 'chat.example.com, b.example:8443',
      }),
    );
    expect(inputs.paths).toEqual(['roles', 'more/roles.yaml']);
    expect(inputs.targets).toEqual(['acme', 'chat-*']);
    expect(inputs.allowHosts).toEqual(['chat.example.com', 'b.example:8443']);
  });

  const refused: readonly (readonly [name: string, value: string])[] = [
    ['mode', 'destroy'],
    ['mode', 'plan\napply'],
    ['path', '--yes'],
    ['path', 'roles\n--yes'],
    ['path', '$(curl evil)'],
    ['path', 'roles; rm -rf .'],
    ['path', 'roles\r\n::set-output name=x::y'],
    ['require-approval', 'yes'],
    ['max-plan-age', '1w'],
    ['targets', '"; echo'],
    ['targets', '${{ secrets.X }}'],
    ['allow-hosts', 'evil.example/path'],
    ['allow-hosts', 'https://user:pw@evil.example'],
    ['allow-hosts', '`id`'],
    ['environment', 'roles plan'],
    ['environment', 'roles-gate, ..'],
    ['environment', '..'],
    ['environment', '../../orgs/acme'],
    ['drift', 'yes'],
    ['comment', 'yes'],
    ['digest', 'sha256:abc'],
    ['digest', `sha256:${'a'.repeat(64)}\n--yes`],
    ['plan-workflow', '../evil.yml'],
    ['plan-workflow', '.github/workflows/../../evil.yml'],
    ['apply-workflow', '.github/workflows/a.yml@refs/heads/evil'],
  ];

  it.each(refused)('are refused where `%s` is %j', (name, value) => {
    expect(() => readContext(environment({ [name]: value }))).toThrow(`the input \`${name}\``);
  });

  it('never quotes the value that it refuses, which might be a secret in the wrong place', () => {
    expect(() => readContext(environment({ path: 'hunter2; x' }))).toThrow(/^(?!.*hunter2)/s);
  });
});

describe('what GitHub sets', () => {
  it.each([
    ['GITHUB_REPOSITORY', 'acme'],
    ['GITHUB_REPOSITORY', 'acme/roles/../other'],
    ['GITHUB_SHA', 'main'],
    ['GITHUB_RUN_ID', '1/../2'],
    ['GITHUB_RUN_ATTEMPT', ''],
  ])('is refused in another form: %s=%s', (name, value) => {
    expect(() => readContext(environment({}, { [name]: value }))).toThrow(name);
  });

  it('is an event that can be read', () => {
    expect(() => readContext(environment({}, { GITHUB_EVENT_PATH: '/nowhere' }))).toThrow('the event of this run');
    expect(readContext(environment()).payload).toEqual({ action: 'opened' });
  });
});

describe('the server', () => {
  const on =
    (server: string, mode = 'plan') =>
    () =>
      readContext(environment({ mode }, { GITHUB_SERVER_URL: server })).serverUrl;

  it.each(['https://github.com', 'https://acme.ghe.com'])('is one of GitHub itself: %s', (server) => {
    expect(on(server)()).toBe(server);
  });

  it.each(['https://github.acme.example', 'http://github.com', 'https://github.com.evil.example'])(
    'is refused where its evidence proves nothing: %s',
    (server) => {
      expect(on(server)).toThrow(/is GitHub Enterprise Server.*`mode: validate`/);
      expect(on(server, 'apply')).toThrow();
      expect(on(server, 'validate')()).toBe(server);
    },
  );
});
