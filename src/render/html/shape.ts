/** The data that the page carries: written when it is rendered, read by its script. Types only; every text is visible already. */
import type { AccessClass } from '../access.ts';

export type RoleState =
  | 'has'
  | 'added'
  | 'removed'
  | 'changed'
  | 'withheld-add'
  | 'withheld-remove'
  | 'withheld-change'
  | 'none';

/** What the plan does to one cell. A tuple: a large plan has tens of thousands. `note` is an index into `notes`, or -1. */
export type Mark = readonly [row: number, state: Exclude<RoleState, 'has' | 'none'>, drift: 0 | 1, note: number];

export interface MatrixRole {
  readonly name: string;
  /** The name before a rename. */
  readonly was: string | null;
  readonly id: string | null;
  readonly status: 'create' | 'update' | 'delete' | 'same';
  /** Whether a part of it is withheld. */
  readonly withheld: boolean;
  readonly drift: 'none' | 'part' | 'whole';
  readonly builtIn: boolean;
  readonly unmanaged: boolean;
  /** Rows of the permissions that the live role holds; those that `marks` names are shown as marked. */
  readonly held: readonly number[];
  readonly marks: readonly Mark[];
}

export interface MatrixRow {
  readonly text: string;
  readonly kind: AccessClass | 'field';
  readonly phrase: string | null;
}

export interface Matrix {
  readonly target: string;
  readonly rows: readonly MatrixRow[];
  readonly roles: readonly MatrixRole[];
  /** Values of fields and reasons, each once. */
  readonly notes: readonly string[];
}

export interface PageData {
  /** One per target of the plan, in its order; null where the target is in error. */
  readonly matrices: readonly (Matrix | null)[];
  readonly changesOnly: boolean;
}
