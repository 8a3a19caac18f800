/**
 * What a role is called. A role lives in the realm or in a client, and its name is unique there alone, so files name the place
 * too: `client-id:role`, and plain `role` for the realm. As a permission it always has its prefix: `realm:role`. Pure.
 */

/** A role where it lives; `client`: by the id that people see, undefined for the realm. */
export interface Placed {
  readonly client: string | undefined;
  readonly name: string;
}

const REALM = 'realm:';

/** As a role file names it. A realm's role with a colon in its name would read like a client's, so it says where it is. */
export function roleName({ client, name }: Placed): string {
  if (client !== undefined) return `${client}:${name}`;
  return name.includes(':') ? REALM + name : name;
}

/** As `permissions` names it. */
export function permissionName({ client, name }: Placed): string {
  return `${client ?? 'realm'}:${name}`;
}

/** What granting the role of that name in the files is called. */
export function permissionOf(role: string): string {
  return role.includes(':') ? role : REALM + role;
}

/**
 * Where the role of that name in the files would live. Ids of clients and names of roles can hold colons, so the clients
 * decide; several: nobody can tell, none: there is no such client.
 */
export function placesOf(role: string, clients: Iterable<string>): readonly Placed[] {
  if (!role.includes(':')) return [{ client: undefined, name: role }];
  const ofRealm = role.startsWith(REALM) ? [{ client: undefined, name: role.slice(REALM.length) }] : [];
  return [
    // Without a colon of its own it is called by its plain name, and by no other.
    ...ofRealm.filter(({ name }) => name.includes(':')),
    ...inClients(role, clients),
  ];
}

/** The same for a permission. */
export function placesOfPermission(permission: string, clients: Iterable<string>): readonly Placed[] {
  const ofRealm = permission.startsWith(REALM) ? [{ client: undefined, name: permission.slice(REALM.length) }] : [];
  return [...ofRealm, ...inClients(permission, clients)];
}

function inClients(text: string, clients: Iterable<string>): readonly Placed[] {
  return [...clients].flatMap((client) => {
    const name = text.slice(client.length + 1);
    return text.startsWith(`${client}:`) && name !== '' ? [{ client, name }] : [];
  });
}
