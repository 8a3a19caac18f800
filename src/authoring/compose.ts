/** The texts of the files with what is taken over in them, each proven against the snapshot that it was taken from. */
import type { Config } from '../config/config.ts';
import { groupBy, type Role } from '../core/role.ts';
import type { Contents } from '../files/overlay.ts';
import type { Adoption } from './adopt.ts';
import { decoded } from './byte-order-mark.ts';
import { editFile, type FileEdit } from './edit-file.ts';
import type { PlacedException } from './exception-places.ts';
import { addExceptions, type NewException } from './exception-text.ts';
import { type Claim, disproof, spreadOf } from './prove.ts';
import { addRoles } from './role-text.ts';
import { keyOf, type Left, type Reading, type RoleTakeOver, type SetTakeOver, type Taken } from './take-over.ts';

export interface Composed {
  /** By path: only files that change, and new ones. */
  readonly contents: Contents;
  readonly claim: Claim;
  readonly left: readonly Left[];
}

interface Given {
  readonly config: Config;
  readonly readings: readonly Reading[];
  /** What the files hold that `config` was read from. */
  readonly contents: Contents;
  /** The config that the files give with these contents. */
  readonly reload: (contents: Contents) => Config;
}

/** One of them is written whole, or not at all. */
export type Step =
  | { readonly entry: RoleTakeOver }
  | { readonly adoption: Adoption }
  | { readonly exception: PlacedException }
  | { readonly sets: SetTakeOver };

/** What cannot be written so that the proof holds is left out, and said. */
export function compose(steps: readonly Step[], given: Given): Composed {
  const all = write(steps, given);
  if (all.refused.size === 0 && faultOf(all, given) === undefined) return { ...all, left: [] };
  // One of them does not fit: each by itself, on top of those that do.
  let best = write([], given);
  const fine: Step[] = [];
  const left: Left[] = [];
  for (const step of steps) {
    const next = write([...fine, step], given);
    const reason = next.refused.get(fine.length) ?? faultOf(next, given);
    if (reason !== undefined) left.push(...leftOf(step, reason));
    else {
      fine.push(step);
      best = next;
    }
  }
  return { contents: best.contents, claim: best.claim, left };
}

interface Written {
  readonly contents: Contents;
  readonly claim: Claim;
  /** By the index of the step. */
  readonly refused: ReadonlyMap<number, string>;
}

/** What a step does to one file. */
interface Piece {
  readonly file: string;
  readonly edit?: FileEdit;
  readonly role?: Role;
  readonly exception?: NewException;
  /** Of a new file. */
  readonly head?: string;
}

function write(steps: readonly Step[], { config, contents }: Given): Written {
  const refused = new Map<number, string>();
  const after = new Map<string, Uint8Array>();
  const pieces = [...steps.entries()].flatMap(([at, step]) => piecesOf(step).map((piece) => ({ at, ...piece })));
  for (const [file, own] of groupBy(pieces, (piece) => piece.file)) {
    const before = contents.get(file) ?? headOf(own);
    if (before === undefined) throw new Error(`${file} was not read`);
    const { mark, text } = decoded(before);
    const edits = own.flatMap(({ at, edit }) => (edit === undefined ? [] : [{ at, edit }]));
    const edited = editFile(
      text,
      edits.map(({ edit }) => edit),
    );
    for (const [index, reason] of edited.refused) refused.set(edits[index]?.at ?? 0, reason);
    const roles = own.flatMap(({ at, role }) => (role === undefined ? [] : [{ at, added: role }]));
    const exceptions = own.flatMap(({ at, exception }) => (exception === undefined ? [] : [{ at, added: exception }]));
    const withRoles = add(edited.text, roles, addRoles, refused);
    const final = add(withRoles, exceptions, addExceptions, refused);
    if (final !== text) after.set(file, Buffer.concat([mark, Buffer.from(final)]));
  }
  return { contents: after, claim: claimOf(steps, config), refused };
}

function headOf(pieces: readonly Piece[]): Uint8Array | undefined {
  const head = pieces.find((piece) => piece.head !== undefined)?.head;
  return head === undefined ? undefined : Buffer.from(head);
}

function add<Added>(
  text: string,
  items: readonly { readonly at: number; readonly added: Added }[],
  into: (text: string, added: readonly Added[]) => string | undefined,
  refused: Map<number, string>,
): string {
  if (items.length === 0) return text;
  const whole = into(
    text,
    items.map(({ added }) => added),
  );
  for (const { at } of whole === undefined ? items : []) {
    refused.set(at, 'there is no telling where it would go in the file: add it by hand');
  }
  return whole ?? text;
}

function piecesOf(step: Step): readonly Piece[] {
  if ('entry' in step) return [{ file: step.entry.source.file, edit: step.entry.edit }];
  if ('adoption' in step) return [{ file: step.adoption.file, role: step.adoption.role }];
  if ('exception' in step) {
    const { file, exception, head } = step.exception;
    return [{ file, exception, ...(head !== undefined && { head }) }];
  }
  const { items, roles, permission } = step.sets;
  const permissions = { add: [], remove: [permission] };
  return [
    ...items.map((item) => ({ file: item.file, edit: { item, permission } })),
    ...roles.map((place) => ({ file: place.file, edit: { place, permissions, fields: {} } })),
  ];
}

function claimOf(steps: readonly Step[], config: Config): Claim {
  const shared = steps.flatMap((step) => ('entry' in step && step.entry.shared ? [keyOf(step.entry.source)] : []));
  const spread = steps.flatMap((step) => ('sets' in step ? spreadOf(step.sets, config) : []));
  return { taken: steps.flatMap(takenOf), shared: new Set(shared), spread: new Set(spread) };
}

function takenOf(step: Step): readonly Taken[] {
  if ('entry' in step) return step.entry.taken;
  if ('adoption' in step) return [step.adoption.taken];
  return 'exception' in step ? step.exception.taken : step.sets.taken;
}

function faultOf({ contents, claim }: Written, { config, readings, reload }: Given): string | undefined {
  return disproof(config, reload(contents), readings, claim);
}

function leftOf(step: Step, reason: string): readonly Left[] {
  return takenOf(step).map(({ target, source, change }) => ({
    target,
    role: change.role,
    source,
    code: 'form' as const,
    reason,
  }));
}
