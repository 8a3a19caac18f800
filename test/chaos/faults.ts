/** What the proxy can do to a request and its answer, by kind: the whole list of what a provider may answer. */
import { lies } from './lies.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How an answer reaches the client. `whole`: as HTTP says it. */
export type Delivery =
  | ({ readonly how: 'whole' | 'slow' | 'stall' | 'cut-body' } & Answered)
  | { readonly how: 'drop' | 'garbage' };

export interface FaultKind {
  readonly suits: (asked: Asked) => boolean;
  /** Whether the request reaches the provider. */
  readonly passes: boolean;
  /** Whether a client that reads the answer knows what the provider said. */
  readonly tells: boolean;
  /** `dice` in [0, 1); `now`: the clock of the run. undefined: the answer is no such one, so it goes as it is. */
  readonly deliver: (answer: Answered, asked: Asked, dice: number, now: number) => Delivery | undefined;
}

const json = { 'content-type': 'application/json' };
const html = { 'content-type': 'text/html; charset=utf-8' };
const any = () => true;

const plain: Readonly<Record<string, FaultKind>> = {
  'error-before': { suits: any, passes: false, tells: false, deliver: (_answer, _asked, dice) => broken(dice) },
  'error-after': { suits: any, passes: true, tells: false, deliver: (_answer, _asked, dice) => broken(dice) },
  'html-after': {
    suits: any,
    passes: true,
    tells: false,
    deliver: () => ({
      how: 'whole',
      status: 200,
      headers: html,
      body: '<html><body>Welcome to the portal</body></html>',
    }),
  },
  'drop-before': { suits: any, passes: false, tells: false, deliver: () => ({ how: 'drop' }) },
  'drop-after': { suits: any, passes: true, tells: false, deliver: () => ({ how: 'drop' }) },
  'cut-body': { suits: any, passes: true, tells: false, deliver: (answer) => ({ how: 'cut-body', ...answer }) },
  'short-json': {
    suits: any,
    passes: true,
    tells: false,
    deliver: (answer, _asked, dice) => ({
      how: 'whole',
      ...answer,
      body: answer.body.slice(0, Math.floor(answer.body.length * dice)),
    }),
  },
  garbage: { suits: any, passes: true, tells: false, deliver: () => ({ how: 'garbage' }) },
  limit: { suits: any, passes: false, tells: false, deliver: (_answer, _asked, dice, now) => limited(429, dice, now) },
  unavailable: {
    suits: any,
    passes: false,
    tells: false,
    deliver: (_answer, _asked, dice, now) => limited(503, dice, now),
  },
  slow: { suits: any, passes: true, tells: true, deliver: (answer) => ({ how: 'slow', ...answer }) },
  stall: { suits: any, passes: true, tells: false, deliver: (answer) => ({ how: 'stall', ...answer }) },
  'content-type': {
    suits: any,
    passes: true,
    tells: true,
    deliver: (answer, _asked, dice) => ({
      how: 'whole',
      ...answer,
      headers: { 'content-type': ['text/html', 'text/plain', 'application/octet-stream'][Math.floor(dice * 3)] ?? '' },
    }),
  },
  echo: { suits: any, passes: false, tells: false, deliver: (_answer, asked, dice) => echo(asked, dice) },
};

export const faultKinds: Readonly<Record<string, FaultKind>> = {
  ...plain,
  ...Object.fromEntries(
    Object.entries(lies).map(([name, lie]): [string, FaultKind] => [
      name,
      {
        suits: ({ method, path }) => method === 'GET' && lie.suits(path),
        passes: true,
        tells: true,
        deliver: (answer, asked, dice) => {
          const body = answer.status === 200 ? lie.tell(JSON.parse(answer.body), dice, asked.path) : undefined;
          return body === undefined
            ? undefined
            : { how: 'whole', status: 200, headers: json, body: JSON.stringify(body) };
        },
      },
    ]),
  ),
};

export const kindsOfFaults = Object.keys(faultKinds);

function broken(dice: number): Delivery {
  const status = [500, 502, 503, 504, 500, 502][Math.floor(dice * 6)] ?? 500;
  if ((dice * 97) % 1 < 0.5) return { how: 'whole', status, headers: html, body: `<html><h1>${status}</h1></html>` };
  return { how: 'whole', status, headers: json, body: JSON.stringify({ error: { message: 'Internal error' } }) };
}

/** How long to wait, in each way in which servers say it. */
function limited(status: number, dice: number, now: number): Delivery {
  const seconds = 1 + Math.floor(((dice * 31) % 1) * 4);
  const ways: readonly Readonly<Record<string, string>>[] = [
    { 'retry-after': String(seconds) },
    { 'retry-after': new Date(now + seconds * 1000).toUTCString() },
    { 'retry-after': '0' },
    { 'retry-after': new Date(now - 60_000).toUTCString() },
    { 'x-ratelimit-reset': String(Math.ceil(now / 1000) + seconds) },
    { 'x-ratelimit-reset': String(Math.ceil(now) + seconds * 1000) },
    { 'retry-after': 'soon', 'x-ratelimit-remaining': '0' },
    {},
  ];
  const body = JSON.stringify({ success: false, error: { message: 'Too many requests' } });
  return { how: 'whole', status, headers: { ...json, ...ways[Math.floor(dice * ways.length)] }, body };
}

/** A provider that gives back what it was sent, encoded in one of many ways, and sometimes cut. */
function echo({ headers, body }: Asked, dice: number): Delivery {
  const token = headers['authorization'] ?? headers['x-auth-token'] ?? '';
  const secret = /"(?:password|token)":"((?:[^"\\]|\\.)*)"/.exec(body)?.[1] ?? token;
  const bare = secret.replace(/^(?:Basic|Bearer) /, '');
  const decoded = token.startsWith('Basic ') ? Buffer.from(bare, 'base64').toString() : bare;
  const chosen =
    [secret, bare, decoded, decoded.slice(decoded.indexOf(':') + 1)][Math.floor(((dice * 53) % 1) * 4)] ?? '';
  const written = encodings[Math.floor(dice * encodings.length)]?.(chosen) ?? chosen;
  const cuts = [written, written.slice(3), written.slice(0, -3), written.slice(4, 18)];
  const said = cuts[Math.floor(((dice * 71) % 1) * cuts.length)] ?? written;
  const message = `The credentials ${said} were not accepted here`;
  const status = [400, 403, 409, 422, 500][Math.floor(((dice * 89) % 1) * 5)] ?? 400;
  const isText = (dice * 101) % 1 < 0.5;
  return {
    how: 'whole',
    status,
    headers: json,
    body: JSON.stringify({ success: false, error: isText ? message : { message } }),
  };
}

const encodings: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => Buffer.from(text).toString('base64'),
  (text) => Buffer.from(text).toString('base64url'),
  (text) => Buffer.from(text).toString('hex'),
  (text) => Buffer.from(text).toString('hex').toUpperCase(),
  (text) => encodeURIComponent(text),
  (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  (text) => JSON.stringify(text),
  (text) => JSON.stringify(JSON.stringify(text)),
  (text) => [...text].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  (text) => [...text].map((one) => `&#${one.charCodeAt(0)};`).join(''),
  (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;'),
];
