/** What forbids parts of changes in a Keycloak realm: pure functions over what was read of it. */
import type { Guard, Objection } from '../../core/guards.ts';
import { shown } from '../../core/text.ts';
import { type Placed, placesOf } from './names.ts';
import { isUntouchable, type Realm } from './realm.ts';

/** A name that says where the role belongs. */
export function placed(managed: readonly string[], realm: Realm): Guard {
  return (part, change) => {
    const takesName = part.kind === 'create' || (part.kind === 'field' && part.field === 'name');
    if (!takesName || change.after === null) return undefined;
    const { name } = change.after;
    const places = placesOf(name, managed);
    if (places.length === 1) return undefined;
    if (places.length > 1) {
      return objection('ambiguous', `${quoted(name)} can be a role of two clients; choose a name without a colon`);
    }
    const [first = ''] = name.split(':');
    if (first === 'realm')
      return objection(
        'unknown-client',
        `a role of the realm is called by its plain name; write ${quoted(name.slice(6))}`,
      );
    const isThere = [...realm.clients.values()].some((client) => name.startsWith(`${client}:`));
    const way = isThere
      ? 'list the client in `clients` of the target'
      : `the realm has no such client; correct it, or write ${quoted(`realm:${name}`)} for a role of the realm`;
    return objection(
      'unknown-client',
      `${quoted(name)} reads as a role of a client, and \`clients\` lists none for it: ${way}`,
    );
  };
}

/** Roles of Keycloak's own clients are granted, and never written. */
export function untouchable(managed: readonly string[], tenant: string, realm: Realm): Guard {
  return (_part, change) => {
    const live = change.id === null ? undefined : realm.roles.get(change.id);
    const places = live === undefined ? placesOf(change.role, managed) : [live];
    if (!places.some((place) => isUntouchable(place, tenant))) return undefined;
    const reason = `${quoted(change.role)} is a role that Keycloak itself relies on and is never written; grant it to a role of your own, and remove it from the file`;
    return objection('built-in', reason);
  };
}

/** A role cannot move between clients, or from one into the realm. */
export function staysHome(managed: readonly string[], realm: Realm): Guard {
  return (part, change) => {
    if (part.kind !== 'field' || part.field !== 'name' || change.id === null) return undefined;
    const live = realm.roles.get(change.id);
    const [wanted] = placesOf(change.after?.name ?? '', managed);
    if (live === undefined || wanted === undefined || live.client === wanted.client) return undefined;
    const reason = `a role cannot move from ${home(live)} to ${home(wanted)}; declare a new role, and set \`ensure: absent\` on this one`;
    return objection('immutable', reason);
  };
}

/** A permission that is no role of the realm, and is not made by the same plan. */
export function unknownRole(missing: ReadonlySet<string>): Guard {
  return (part) => {
    if (part.kind !== 'grant' || !missing.has(part.permission)) return undefined;
    const reason = `the realm has no role ${quoted(part.permission)}; correct it, or declare that role too`;
    return objection('unknown-permission', reason);
  };
}

function home({ client }: Placed): string {
  return client === undefined ? 'the realm' : `the client ${quoted(client)}`;
}

function quoted(text: string): string {
  return `\`${shown(text)}\``;
}

function objection(code: string, reason: string): Objection {
  return { code, reason };
}
