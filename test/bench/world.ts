/** Role files and the live roles beside them, of any size: the same on every machine, so that runs can be compared. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { manifest } from '../../src/providers/dintero/manifest.ts';
import { emptyState, issueDintero, type State } from '../support/sandbox.ts';

export interface Size {
  readonly targets: number;
  /** Of each target. */
  readonly roles: number;
  /** Of each role. */
  readonly permissions: number;
}

/** How the files differ from what is live. */
export interface Difference {
  /** Every so many-th role has more permissions in the files than live; 0: none. */
  readonly everyNth: number;
  /** How many more. */
  readonly grants: number;
  /** Nothing is live yet: every role is to be created. */
  readonly empty?: true;
}

export const none: Difference = { everyNth: 0, grants: 0 };

/** As many as keep a file well below what is read of one. */
function perFile({ permissions }: Size, { grants }: Difference): number {
  return Math.floor(20_000 / (permissions + grants));
}

/** A role as files and API have it. */
export interface Plain {
  readonly name: string;
  readonly description: string;
  readonly permissions: readonly string[];
}

/** The variables that the files read, and the state that the sandbox starts with. */
export interface Live {
  readonly state: State;
  readonly environment: Readonly<Record<string, string>>;
}

/** What is live before anything is applied. All targets share one client, as one login for each account still is needed. */
export function live({ targets, roles, permissions }: Size, { empty }: Pick<Difference, 'empty'>): Live {
  const state = emptyState();
  for (let target = 0; target < targets; target += 1) {
    issueDintero(state.dintero, accountOf(target));
    const account = state.dintero.accounts[accountOf(target)];
    if (account === undefined) throw new Error('the sandbox has no such account');
    account.clients[0] = { clientId: 'bench', clientSecret: 'sandbox-secret-bench', scopes: ['admin:accounts'] };
    if (empty) continue;
    for (let role = 0; role < roles; role += 1) {
      const { name, description, permissions: scope } = plain(role, permissions, 0);
      const stamps = { created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z', created_by: 'bench' };
      account.roles.push({ id: idOf(target, role), name, description, scope: [...scope], ...stamps });
    }
  }
  return { state, environment: { DINTERO_CLIENT_ID: 'bench', DINTERO_CLIENT_SECRET: 'sandbox-secret-bench' } };
}

/** Writes the role files of `folder`, which holds nothing else of ours unless it is kept. One file of roles serves all targets. */
export function writeFiles(
  folder: string,
  origin: string,
  size: Size,
  difference: Difference,
  { keep = false }: { readonly keep?: boolean } = {},
): void {
  if (!keep) rmSync(folder, { recursive: true, force: true });
  write(join(folder, 'roles/targets.yaml'), targetsYaml(size, origin));
  const roles = declared(size, difference);
  const most = perFile(size, difference);
  for (let from = 0; from < roles.length; from += most) {
    const text = rolesYaml(size, roles.slice(from, from + most));
    write(join(folder, `roles/roles-${String(from / most).padStart(3, '0')}.yaml`), text);
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function targetsYaml({ targets }: Size, origin: string): string {
  const all = Array.from({ length: targets }, (_, target) => {
    return `  - name: ${nameOf(target)}\n    account: ${accountOf(target)}\n    baseUrl: ${origin}/dintero/v1\n`;
  });
  const auth = 'auth:\n  clientId: ${DINTERO_CLIENT_ID}\n  clientSecret: ${DINTERO_CLIENT_SECRET}\n';
  return `provider: dintero\n${auth}targets:\n${all.join('')}`;
}

function rolesYaml({ targets }: Size, all: readonly Plain[]): string {
  const names = Array.from({ length: targets }, (_, target) => nameOf(target)).join(', ');
  const roles = all.map(({ name, description, permissions }) => {
    const list = permissions.map((one) => `      - ${one}\n`).join('');
    return `  - name: ${name}\n    description: ${description}\n    permissions:\n${list}`;
  });
  return `provider: dintero\ntargets: [${names}]\nroles:\n${roles.join('')}`;
}

/** The roles of a target as the files declare them. */
export function declared({ roles, permissions }: Size, { everyNth, grants }: Difference): readonly Plain[] {
  return Array.from({ length: roles }, (_, role) => {
    return plain(role, permissions, everyNth > 0 && role % everyNth === 0 ? grants : 0);
  });
}

function plain(role: number, permissions: number, more: number): Plain {
  const number = String(role).padStart(5, '0');
  const all = Array.from({ length: permissions + more }, (_, at) => scopeOf(role + at));
  return { name: `role ${number}`, description: `What people of team ${number} may do`, permissions: all.sort() };
}

const scopes = manifest.catalogue.known.map(([permission]) => permission);

function scopeOf(at: number): string {
  return scopes[at % scopes.length] ?? '';
}

function nameOf(target: number): string {
  return `target-${String(target).padStart(4, '0')}`;
}

function accountOf(target: number): string {
  return `T${String(target + 1).padStart(8, '0')}`;
}

function idOf(target: number, role: number): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
  return `${hex(role, 8)}-0000-4000-8000-${hex(target, 12)}`;
}
