/** What the stand-in of Keycloak remembers. Rows of `roles` are replaced, never changed, so answers already given stay as they were. */
import type { World } from '../../../sandbox/call.ts';

export interface Keycloak {
  /** By name. */
  readonly realms: Record<string, KeycloakRealm>;
}

export interface KeycloakRealm {
  readonly id: string;
  readonly clients: KeycloakClient[];
  readonly roles: KeycloakRole[];
  readonly users: KeycloakHolder[];
  readonly groups: KeycloakHolder[];
}

export interface KeycloakClient {
  readonly id: string;
  readonly clientId: string;
  /** A client with a secret has a service account. */
  readonly secret?: string;
  /** Names of roles of `realm-management` that the service account has. */
  readonly rights: readonly string[];
}

export interface KeycloakRole {
  readonly id: string;
  /** A PUT without a name takes it away. */
  readonly name?: string;
  readonly description?: string;
  /** Internal id of its client; undefined: it is one of the realm. */
  readonly client?: string;
  /** Ids of the roles that it is composed of. */
  readonly composites: readonly string[];
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

export interface KeycloakHolder {
  readonly id: string;
  /** Of a user the user name. */
  readonly name: string;
  /** Ids of the roles that it has itself. */
  readonly roles: readonly string[];
}

export interface KeycloakToken {
  readonly realm: string;
  /** Internal id of the client. */
  readonly client: string;
  readonly expires: number;
}

/** Tokens are forgotten with the server. */
export type KeycloakWorld = World<Keycloak, Map<string, KeycloakToken>>;
