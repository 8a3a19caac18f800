/** Which place of the files decides over a permission that drifted: the role's own list is not always the one to edit. Pure. */
import type { Part } from '../core/change.ts';
import type { Barred, DesiredRole, EndedGrant, ExceptionOrigin, SetOrigin, Source } from '../core/role.ts';
import { shown } from '../core/text.ts';

export type Route =
  | { readonly kind: 'own' }
  /** It was revoked, and these sets give it. */
  | { readonly kind: 'sets'; readonly origins: readonly SetOrigin[] }
  /** It was revoked, and this exception adds it. */
  | { readonly kind: 'added'; readonly by: ExceptionOrigin }
  /** It was granted, and `without` takes it out. */
  | { readonly kind: 'barred'; readonly by: Barred }
  /** It is still there from an exception whose end has come. */
  | { readonly kind: 'ended'; readonly by: EndedGrant };

/** `part`: from what the file says to what is live. */
export function routeOf({ origins, barred, ended = [] }: DesiredRole, part: Part): Route {
  if (part.kind === 'revoke') {
    const ways = origins?.get(part.permission) ?? [];
    const exception = ways.find((way) => way.kind === 'exception');
    if (exception !== undefined) return { kind: 'added', by: exception };
    return ways.length === 0 ? { kind: 'own' } : { kind: 'sets', origins: ways.filter((way) => way.kind === 'set') };
  }
  if (part.kind !== 'grant') return { kind: 'own' };
  const by = barred?.get(part.permission);
  if (by !== undefined) return { kind: 'barred', by };
  const end = ended.find(({ permission }) => permission === part.permission);
  return end === undefined ? { kind: 'own' } : { kind: 'ended', by: end };
}

/** Whether an edit of the role's own list changes what the role should have. */
export function isChangedByOwn({ permissions = [], origins, barred }: DesiredRole, part: Part): boolean {
  if (part.kind === 'grant') return !permissions.includes(part.permission) && barred?.has(part.permission) !== true;
  if (part.kind !== 'revoke') return true;
  return permissions.includes(part.permission) && origins?.has(part.permission) !== true;
}

/** Why nothing takes it over, whatever is asked for. */
export function standsReason(route: Exclude<Route, { kind: 'own' | 'sets' }>): string {
  if (route.kind === 'added') {
    return `the exception at ${placeText(route.by.source)} (${shown(route.by.reason)}) adds it: take it out there`;
  }
  if (route.kind === 'ended') {
    const { until, source } = route.by;
    return `its exception ended on ${until} (${placeText(source)}), and apply revokes it: to keep it, give the exception a later end`;
  }
  const { source, exception } = route.by;
  const who = exception === null ? 'the role' : `an exception (${shown(exception.reason)})`;
  return `\`without\` of ${who} takes it out (${placeText(source)}): if it is to stay, remove it there`;
}

/** Why no edit of the role takes it over, and the two ways that do. `others`: how many targets an edit of the sets changes too. */
export function setReason(origins: readonly SetOrigin[], others: number): string {
  const names = origins.map(
    ({ sets, source }) => `${sets.map((one) => shown(one)).join(' → ')} (${placeText(source)})`,
  );
  const given = origins.length === 1 ? `the set ${names.join()} gives it` : `the sets ${names.join(' and ')} give it`;
  const also = others === 0 ? '' : ` (this also changes ${others === 1 ? '1 target' : `${others} targets`})`;
  const it = origins.length === 1 ? 'the set' : 'the sets';
  return `${given}: take it out on this target with --exception --reason TEXT, or out of ${it} with --sets${also}`;
}

export function sharedReason(others: readonly string[], part: Part): string {
  const [named, rest] = [others.slice(0, NAMED), others.length - NAMED];
  const names = named.map((name) => `\`${shown(name)}\``).join(', ');
  const all = rest > 0 ? `${names} and ${rest} more` : names;
  const exception = part.kind === 'field' ? '' : ', --exception --reason TEXT makes it an exception of this target';
  return `the role is for ${all} too, where this did not change; --shared edits it for all of them${exception}`;
}

/** More targets than these are counted. */
const NAMED = 3;

function placeText({ file, line }: Source): string {
  return `${shown(file)}:${line}`;
}
