/** The contract of a stand-in: what a provider's room registers with the general sandbox, which knows no provider. */
import type { Answer, Call, World } from './call.ts';
import type { State } from './state.ts';

/** Every function takes the whole state and touches its own part. */
export interface StandIn {
  readonly name: string;
  /** Where the API begins, after the origin: '/acme/v1'. */
  readonly prefix: string;
  /** The prefix as a person is told it: '/acme/<workspace>'. */
  readonly address: string;
  readonly empty: () => object;
  /** JSON Schema of its part, with a default for everything that can have one. */
  readonly schema: object;
  /** Fills an empty part with a believable little world, the same on every machine. */
  readonly furnish: (state: State) => void;
  /**
   * Lets a tenant in, with what such a tenant is born with and a robot that may manage its roles. Idempotent. `options`: what a
   * target says of the tenant beside its name, so that it has what the target expects.
   */
  readonly issueCredentials: (state: State, tenant: string, options?: Options) => Credentials;
  /** How to log in to every tenant: its first identity that can, or a robot that is let in for it. */
  readonly logins: (state: State) => readonly Login[];
  /** Acts on switches of the command line, by their names in camel case. */
  readonly configure: (state: State, switches: Switches) => void;
  readonly open: (world: Opening<State>) => Api;
}

/** `path` is the base URL without origin; `auth` logs in. */
export interface Credentials {
  readonly path: string;
  readonly auth: Readonly<Record<string, string>>;
}

export interface Login extends Credentials {
  /** 'account T11112222' */
  readonly title: string;
  /** As the key of a target names it; undefined: the path does. */
  readonly tenant?: string;
}

/** The provider's own keys of a target. */
export type Options = Readonly<Record<string, readonly string[]>>;
export type Switches = Readonly<Record<string, unknown>>;
export type Opening<Part> = Omit<World<Part, never>, 'memory'>;

/** One API while the server runs. */
export interface Api {
  readonly run: (call: Call) => Answer;
  /** The API's own words for what the server itself refuses. */
  readonly refuse: (status: 413 | 500, message: string, call: Call) => Answer;
  /** Every token given so far is refused from now on. */
  readonly expireTokens: () => void;
}

/** The same over its own part alone: what a room writes. */
export interface Stand<Part extends object> {
  readonly name: string;
  readonly prefix: string;
  readonly address?: string;
  readonly empty: () => Part;
  readonly schema: object;
  readonly furnish: (part: Part) => void;
  readonly issueCredentials: (part: Part, tenant: string, options: Options) => Credentials;
  readonly logins: (part: Part) => readonly Login[];
  readonly configure?: (part: Part, switches: Switches) => void;
  readonly open: (world: Opening<Part>) => Api;
}

export function standIn<Part extends object>(stand: Stand<Part>): StandIn {
  const { name, prefix, address = prefix, empty, schema } = stand;
  // The value under this name was made by `empty`, or checked against `schema` when it was loaded.
  const partOf = (state: State): Part => {
    state[name] ??= empty();
    return state[name] as Part;
  };
  return {
    name,
    prefix,
    address,
    empty,
    schema,
    furnish: (state) => stand.furnish(partOf(state)),
    issueCredentials: (state, tenant, options = {}) => stand.issueCredentials(partOf(state), tenant, options),
    logins: (state) => stand.logins(partOf(state)),
    configure: (state, switches) => stand.configure?.(partOf(state), switches),
    open: (world) => stand.open({ ...world, state: partOf(world.state) }),
  };
}
