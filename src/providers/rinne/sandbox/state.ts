/** What the stand-in of Rinne remembers. Rows of `roles` are replaced, never changed, so answers already given stay as they were. */
import type { World } from '../../../sandbox/call.ts';

export interface Rinne {
  readonly companies: RinneCompany[];
  readonly users: RinneUser[];
  readonly roles: RinneRole[];
  /** Answer 409 to a second role of one name: documented in general, reported not to be enforced. Default: off. */
  uniqueNames?: boolean;
}

export interface RinneCompany {
  readonly id: string;
  readonly name: string;
}

export interface RinneUser {
  readonly id: string;
  readonly identifier: string;
  readonly password: string;
  readonly name?: string;
  readonly suspended_at?: string | null;
  readonly companies: RinneMembership[];
}

export interface RinneMembership {
  readonly id: string;
  /** Names, as seen from that company. */
  readonly roles: readonly string[];
}

export interface RinneRole {
  readonly id: string;
  readonly name: string;
  readonly permissions: readonly string[];
  readonly description: string | null;
  readonly company_id: string | null;
  /** The API's word for the id of the role it inherits from. */
  readonly organization_id: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  /** The company in which it was created, never shown: another company does not see it. Absent: seen in `company_id`, or everywhere. */
  readonly context?: string;
}

export interface RinneToken {
  readonly user: string;
  /** null until a company is selected. */
  readonly company: string | null;
  /** As they were when the token was made: the JWT carries them. */
  readonly permissions: readonly string[];
  readonly expires: number;
}

/** Tokens are forgotten with the server. */
export type RinneWorld = World<Rinne, Map<string, RinneToken>>;
