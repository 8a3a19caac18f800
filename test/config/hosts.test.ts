import { describe, expect, it } from 'vitest';
import { parseAllowedHosts, parseBaseUrl, refusal } from '../../src/config/hosts.ts';
import { Failure } from '../../src/core/failure.ts';
import { shipped } from '../../src/table.ts';

const hostsOf = (provider: string) => shipped.manifests.get(provider)?.hosts ?? [];
const hosts = { dintero: hostsOf('dintero'), rinne: hostsOf('rinne') };

describe('base URLs', () => {
  it.each([
    ['https://api.dintero.com/v1', 'https://api.dintero.com/v1'],
    ['https://api.dintero.com/v1/', 'https://api.dintero.com/v1'],
    ['https://api.dintero.com/v1//', 'https://api.dintero.com/v1'],
    ['HTTPS://API.Dintero.COM:443/V1', 'https://api.dintero.com/V1'],
    ['https://chat.example.com', 'https://chat.example.com'],
    ['https://chat.example.com:8443/team-a', 'https://chat.example.com:8443/team-a'],
    ['http://localhost:3000', 'http://localhost:3000'],
    ['http://127.0.0.1:80/x', 'http://127.0.0.1/x'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
    ['https://xn--bcher-kva.example', 'https://xn--bcher-kva.example'],
  ])('reads %s as %s', (text, url) => expect(parseBaseUrl(text)).toMatchObject({ url }));

  it.each([
    'https:api.dintero.com',
    'https:/api.dintero.com',
    'https:///api.dintero.com',
    '//api.dintero.com',
    'api.dintero.com',
    'ftp://api.dintero.com',
    'javascript://api.dintero.com',
    'https://',
    'https://user@evil.example',
    'https://api.dintero.com@evil.example',
    'https://api.dintero.com:443@evil.example/v1',
    'https://api.dintero.com\\@evil.example',
    'https:\\\\api.dintero.com',
    'https://evil.example\\.api.dintero.com',
    'https://evil.example?.api.dintero.com',
    'https://evil.example#.api.dintero.com',
    'https://api.dintero.com?',
    'https://api.dintero.com#',
    'https://api.dintero.com.',
    'https://api%2edintero.com',
    'https://api.dintero.com%2f.evil.example',
    'https://аpi.dintero.com',
    'https://api。dintero.com',
    'https://api.dintero.com/v1/../..',
    'https://api.dintero.com/v1/./x',
    'https://api.dintero.com/v1/%2e%2e',
    'https://api.dintero.com/v1//x',
    'https://api.dintero.com:99999',
    'https://api.dintero.com:',
    'https://api.dintero.com:8a',
    'https://2130706433',
    'https://0x7f.1',
    'https://127.1',
    'https://[::0001]',
    'https://[::1',
    'https://a,b',
    'https://api.dintero.com/ v1',
    ' https://api.dintero.com',
    'https://api.dintero.com\n',
    'https://api.dintero.com/\u0000',
    '',
  ])('refuses %j', (text) => expect(parseBaseUrl(text)).toHaveProperty('fault'));

  it('says how an unusual address is usually written', () => {
    expect(parseBaseUrl('https://0x7f.1').fault).toContain('write `127.0.0.1`');
  });

  it('says what is wrong with slashes that lean the other way', () => {
    expect(parseBaseUrl('https:\\\\api.dintero.com').fault).toContain('forward slashes');
  });

  it('never repeats user information', () => {
    expect(parseBaseUrl('https://user:hunter2@evil.example').fault).not.toContain('hunter2');
  });
});

describe('who may be sent credentials', () => {
  const judge = (url: string, own: readonly string[] = [], allow: readonly string[] = []) => {
    const parsed = parseBaseUrl(url);
    if (parsed.fault !== undefined) throw new Error(parsed.fault);
    return refusal(parsed.origin, own, parseAllowedHosts(allow));
  };

  it.each([
    ['https://api.dintero.com/v1', hosts.dintero, []],
    ['https://checkout.dintero.com/v1', hosts.dintero, []],
    ['https://api-sandbox.rinne.com.br/core', hosts.rinne, []],
    ['http://localhost:3000', [], []],
    ['http://127.0.0.5', [], []],
    ['https://[::1]:1', [], []],
    ['https://chat.example.com', [], ['chat.example.com']],
    ['https://chat.example.com', [], ['CHAT.example.com:443']],
    ['https://chat.example.com:8443', [], ['chat.example.com:8443']],
    ['http://chat.example.com', [], ['http://chat.example.com:80']],
    ['http://chat.example.com:3000', [], ['http://chat.example.com:3000']],
  ])('allows %s (own %j, allowed %j)', (url, own, allow) => expect(judge(url, own, allow)).toBeUndefined());

  it.each([
    ['https://chat.example.com', [], '`--allow-host chat.example.com`'],
    ['https://chat.example.com:8443', ['chat.example.com'], '`--allow-host chat.example.com:8443`'],
    ['https://evil.chat.example.com', ['chat.example.com'], '`--allow-host evil.chat.example.com`'],
    ['https://chat.example.com', ['http://chat.example.com'], '`--allow-host chat.example.com`'],
    ['http://chat.example.com', ['chat.example.com'], '`--allow-host http://chat.example.com`'],
    ['http://chat.example.com:3000', [], '`--allow-host http://chat.example.com:3000`'],
    ['https://localhost.evil.example', [], '`--allow-host localhost.evil.example`'],
    ['https://127.0.0.1.evil.example', [], '`--allow-host 127.0.0.1.evil.example`'],
  ])('refuses %s when %j is allowed, and says which line allows it', (url, allow, line) => {
    expect(judge(url, [], allow)).toContain(line);
  });

  it('refuses the own host of a provider on another port or without encryption', () => {
    expect(judge('https://api.dintero.com:444', hosts.dintero)).toContain('--allow-host api.dintero.com:444');
    expect(judge('http://api.dintero.com', hosts.dintero)).toContain('not encrypted');
    expect(judge('https://api.dintero.com', hosts.rinne)).toContain('--allow-host api.dintero.com');
  });

  it.each([
    '',
    '*',
    '*.example.com',
    'https://chat.example.com',
    'chat.example.com/path',
    'user@chat.example.com',
    'chat example',
    'a,b',
    'chät.example',
    'http://',
    'chat.example.com:x',
  ])('refuses %j as a host to allow', (entry) => {
    expect(() => parseAllowedHosts([entry])).toThrow(Failure);
  });
});
