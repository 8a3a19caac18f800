/** Who may be sent credentials. A role file comes from a pull request, so what it says about hosts is judged, not believed. */

import { Failure } from '../core/failure.ts';
import { isLoopback } from '../core/loopback.ts';
import { shown } from '../core/text.ts';

/** A base URL in its one form, or what is wrong with it. */
export type ParsedUrl =
  | { readonly url: string; readonly origin: Origin; readonly fault?: undefined }
  | { readonly fault: string };

interface Origin {
  readonly secure: boolean;
  /** As `new URL().host`: lower case, without a default port. */
  readonly host: string;
}

const form = /^(https?):\/\/([^/]*)((?:\/[A-Za-z0-9._~!$&'()*+,;=:@-]+)*)\/*$/i;

/** Checks the form only. `url` has a lower-case host and no final slash. */
export function parseBaseUrl(text: string): ParsedUrl {
  const fault = faultInText(text);
  if (fault !== undefined) return { fault };
  const [, scheme = '', authority = '', path = ''] = form.exec(text) ?? [];
  if (scheme === '') return { fault: 'a base URL has the form `https://host/path`' };
  if (path.split('/').some((step) => step === '.' || step === '..'))
    return { fault: 'a base URL has no `.` or `..` in its path' };
  const secure = scheme.toLowerCase() === 'https';
  const host = hostOf(authority, secure);
  if (typeof host !== 'string') return host;
  return { url: `${scheme.toLowerCase()}://${host}${path}`, origin: { secure, host } };
}

/** What can be said of a URL, or a part of one, before its variables are known. Never quotes user information. */
export function faultInText(text: string): string | undefined {
  if (/[^\x21-\x7e]/.test(text))
    return 'a base URL is plain ASCII without spaces: write an international host name in its `xn--` form';
  if (text.includes('\\')) return 'a base URL has forward slashes only';
  if (text.includes('?') || text.includes('#')) return 'a base URL has no query (`?`) and no fragment (`#`)';
  if (text.includes('%')) return 'a base URL has no percent-encoded characters';
  if (/^[^/]*:?\/\/[^/]*@/.test(text) || /^[^/]*@/.test(text))
    return 'a base URL has no user information (`user:password@`)';
  return undefined;
}

function hostOf(authority: string, secure: boolean): string | { readonly fault: string } {
  if (authority === '') return { fault: 'the base URL names no host' };
  const url = URL.canParse(`https://${authority}`) ? new URL(`${secure ? 'https' : 'http'}://${authority}`) : undefined;
  if (!url || !/^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d+)?$/i.test(authority)) {
    return { fault: 'what follows `//` is not a host, or not a host and a port' };
  }
  const typed = authority.toLowerCase().replace(/:\d+$/, '');
  if (typed.endsWith('.')) return { fault: 'the host ends in a dot: remove the dot' };
  // `0x7f.1` and `2130706433` are spellings of an address that a reviewer does not recognise.
  if (typed !== url.hostname) return { fault: `the host is written in an unusual way: write \`${url.host}\`` };
  return url.host;
}

/** Hosts that whoever runs rolesync allows: origins such as `https://chat.example.com`. */
export type AllowedHosts = ReadonlySet<string>;

/** Entries are `HOST`, `HOST:PORT` or `http://HOST[:PORT]`; anything else is a Failure. */
export function parseAllowedHosts(entries: readonly string[]): AllowedHosts {
  return new Set(entries.map(allowedOrigin));
}

function allowedOrigin(entry: string): string {
  const plain = entry.toLowerCase().startsWith('http://');
  const authority = plain ? entry.slice('http://'.length) : entry;
  const host =
    faultInText(authority) === undefined && !authority.includes('/') ? hostOf(authority, !plain) : { fault: '' };
  if (typeof host === 'string') return `${plain ? 'http' : 'https'}://${host}`;
  throw new Failure(
    'config',
    `\`--allow-host ${shown(entry.replace(/^.*@/, '***@'))}\` is not a host: write \`chat.example.com\`, \`chat.example.com:8443\`, or, for a host without encryption, \`http://chat.example.com\``,
  );
}

/** Why credentials must not go there, with the line that allows it; undefined: they may. */
export function refusal({ secure, host }: Origin, own: readonly string[], allowed: AllowedHosts): string | undefined {
  if (isLoopback(host.replace(/:\d+$/, '')) || allowed.has(`${secure ? 'https' : 'http'}://${host}`)) return undefined;
  if (!secure) {
    return `\`http://${host}\` is not encrypted: use https, or allow it with \`--allow-host http://${host}\` (or ROLESYNC_ALLOW_HOSTS)`;
  }
  if (own.includes(host)) return undefined;
  return `credentials are not sent to \`${host}\` unless whoever runs rolesync allows it: \`--allow-host ${host}\` (or ROLESYNC_ALLOW_HOSTS)`;
}
