/** Live roles → the texts of the files that name them, with the claim to be proven about them. Pure: it reads a snapshot. */
import type { Config } from '../config/config.ts';
import { create } from '../core/change.ts';
import { shown } from '../core/text.ts';
import type { Contents } from '../files/overlay.ts';
import type { Manifest, Manifests } from '../providers/manifest.ts';
import { decoded } from './byte-order-mark.ts';
import type { Grouped } from './group.ts';
import { layOut, type Places, type Share } from './lay-out.ts';
import { type NewTarget, newFile } from './new-file.ts';
import type { Claim } from './prove.ts';
import { addRoles } from './role-text.ts';
import { treeOf } from './role-tree.ts';
import type { Taken } from './take-over.ts';

export interface RoleFilesGiven {
  readonly config: Config;
  /** Of the role files that `config` was read from. */
  readonly contents: Contents;
  readonly places: Omit<Places, 'covers'>;
  /** Where editors find the schema, from a file. */
  readonly schemaFor: (path: string) => string;
  readonly manifests: Manifests;
  /** A target that no file on the disk defines yet. */
  readonly fresh: NewTarget | undefined;
}

export interface RoleFiles {
  readonly shares: readonly Share[];
  readonly texts: Contents;
  readonly claim: Claim;
}

export function roleFiles(grouped: Grouped, given: RoleFilesGiven): RoleFiles {
  const { config, contents, places, fresh } = given;
  const covers = new Map(config.files.map((path) => [path, targetsIn(contents.get(path))] as const));
  for (;;) {
    const shares = layOut(grouped.imported, config, { ...places, covers }, fresh?.name);
    const texts = new Map<string, Uint8Array>();
    let refused: string | undefined;
    for (const share of shares) {
      const text = share.isNew ? Buffer.from(textOf(share, shares, grouped, given)) : added(share, contents);
      if (text === undefined) refused = share.path;
      else texts.set(share.path, text);
    }
    if (refused === undefined) return { shares, texts, claim: claimOf(grouped) };
    // There is no telling where a role would go in that file, so it is not the one.
    covers.delete(refused);
  }
}

/** The names of the targets that a role file without a mistake has roles for, or may have. */
function targetsIn(bytes: Uint8Array | undefined): readonly string[] {
  const root: unknown = bytes === undefined ? null : treeOf(decoded(bytes).text).document.toJSON();
  const own = (key: string): unknown =>
    typeof root === 'object' && root !== null ? Reflect.get(root, key) : undefined;
  // A file of exceptions is looked after by others than the roles are.
  if (own('exceptions') !== undefined && own('roles') === undefined) return [];
  const targets = own('targets');
  const list: readonly unknown[] = Array.isArray(targets) ? targets : [];
  return [
    ...new Set(list.map((one) => String(typeof one === 'object' && one !== null ? Reflect.get(one, 'name') : one))),
  ];
}

function added({ path, roles }: Share, contents: Contents): Uint8Array | undefined {
  const { mark, text } = decoded(contents.get(path) ?? new Uint8Array());
  const whole = addRoles(
    text,
    roles.map(({ role }) => role),
  );
  return whole === undefined ? undefined : Buffer.concat([mark, Buffer.from(whole)]);
}

function textOf(share: Share, shares: readonly Share[], grouped: Grouped, given: RoleFilesGiven): string {
  const { path, targets, roles } = share;
  const { config, fresh, manifests, schemaFor } = given;
  const own = config.targets.find(({ name }) => name === targets[0]);
  const manifest = manifests.get(own?.provider ?? '');
  if (manifest === undefined) throw new Error(`no target of ${path} is known`);
  const isFirst = shares.find((one) => one.isNew && one.targets.join('\n') === targets.join('\n')) === share;
  const [only, ...others] = targets;
  return newFile({
    manifest,
    schema: schemaFor(path),
    definition: isFirst && others.length === 0 && only === fresh?.name ? fresh : undefined,
    targets,
    roles: roles.map(({ role }) => role),
    remarks: isFirst && others.length === 0 ? remarksOn(only ?? '', manifest, grouped) : [],
  });
}

function remarksOn(
  target: string,
  { title, capabilities }: Manifest,
  { skipped, builtIn }: Grouped,
): readonly string[] {
  const left = skipped
    .filter((one) => one.target === target)
    .map(
      ({ id, role, reason }) =>
        `Left out: id ${shown(id)}, ${shown(nameShown(role), 200)}: ${shown(reason.replace(/\.$/, ''), 300)}.`,
    );
  const names = (builtIn.get(target) ?? []).map((name) => shown(name));
  if (names.length === 0) return left;
  const why = capabilities.builtIn.fixed === 'everything' ? 'never written' : 'not taken over unless a file names it';
  return [...left, `Built into ${title} and ${why}: ${names.join(', ')}.`];
}

function nameShown(name: string): string {
  return name === '' ? 'nameless' : `\`${name}\``;
}

function claimOf({ imported }: Grouped): Claim {
  const taken = imported.flatMap(({ provider, role: { remarks: _, id: __, ...role }, targets }) =>
    targets.map(
      (target): Taken => ({ target, provider, source: null, change: create(role, { cause: 'file', source: null }) }),
    ),
  );
  return { taken, shared: new Set(), spread: new Set() };
}
