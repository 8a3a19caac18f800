/** The texts of the files with what is taken over in them, each proven against the snapshot that it was taken from. */
import type { Config } from '../config/config.ts';
import { groupBy } from '../core/role.ts';
import type { Contents } from '../files/overlay.ts';
import type { Adoption } from './adopt.ts';
import { editFile } from './edit-file.ts';
import { type Claim, disproof } from './prove.ts';
import { addRoles } from './role-text.ts';
import { keyOf, type Left, type Reading, type RoleTakeOver, type Taken } from './take-over.ts';

export interface Composed {
  /** By path: only files that change. */
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

type Step = { readonly entry: RoleTakeOver } | { readonly adoption: Adoption };

/** What cannot be written so that the proof holds is left out, and said. */
export function compose(entries: readonly RoleTakeOver[], adoptions: readonly Adoption[], given: Given): Composed {
  const steps: readonly Step[] = [
    ...entries.map((entry) => ({ entry })),
    ...adoptions.map((adoption) => ({ adoption })),
  ];
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

function write(steps: readonly Step[], { contents }: Given): Written {
  const refused = new Map<number, string>();
  const after = new Map<string, Uint8Array>();
  for (const [file, own] of groupBy([...steps.entries()], ([, step]) => fileOf(step))) {
    const before = contents.get(file);
    if (before === undefined) throw new Error(`${file} was not read`);
    const { mark, text } = decoded(before);
    const edits = own.flatMap(([at, step]) => ('entry' in step ? [{ at, edit: step.entry.edit }] : []));
    const edited = editFile(
      text,
      edits.map(({ edit }) => edit),
    );
    for (const [index, reason] of edited.refused) refused.set(edits[index]?.at ?? 0, reason);
    const added = own.flatMap(([at, step]) => ('adoption' in step ? [{ at, role: step.adoption.role }] : []));
    const roles = added.map(({ role }) => role);
    const whole = roles.length === 0 ? edited.text : addRoles(edited.text, roles);
    for (const { at } of whole === undefined ? added : []) {
      refused.set(at, 'there is no telling where it would go in the file: add it by hand');
    }
    const final = whole ?? edited.text;
    if (final !== text) after.set(file, Buffer.concat([mark, Buffer.from(final)]));
  }
  return { contents: after, claim: claimOf(steps), refused };
}

function fileOf(step: Step): string {
  return 'entry' in step ? step.entry.source.file : step.adoption.file;
}

function claimOf(steps: readonly Step[]): Claim {
  const taken = steps.flatMap((step): readonly Taken[] => ('entry' in step ? step.entry.taken : [step.adoption.taken]));
  const shared = steps.flatMap((step) => ('entry' in step && step.entry.shared ? [keyOf(step.entry.source)] : []));
  return { taken, shared: new Set(shared) };
}

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** A byte order mark is kept apart. */
export function decoded(bytes: Uint8Array): { readonly mark: Buffer; readonly text: string } {
  const all = Buffer.from(bytes);
  const mark = all.subarray(0, 3).equals(byteOrderMark) ? byteOrderMark : Buffer.alloc(0);
  return { mark, text: all.subarray(mark.length).toString('utf8') };
}

function faultOf({ contents, claim }: Written, { config, readings, reload }: Given): string | undefined {
  return disproof(config, reload(contents), readings, claim);
}

function leftOf(step: Step, reason: string): readonly Left[] {
  const taken = 'entry' in step ? step.entry.taken : [step.adoption.taken];
  return taken.map(({ target, source, change }) => ({
    target,
    role: change.role,
    source,
    code: 'form' as const,
    reason,
  }));
}
