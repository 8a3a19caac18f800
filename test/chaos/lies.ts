/** Lists that are visibly wrong: what each makes of an honest answer. */

interface Lie {
  readonly suits: (path: string) => boolean;
  /** undefined: this answer cannot be told wrong in that way. */
  readonly tell: (answer: unknown, dice: number, path: string) => unknown;
}

const isDinteroList = (path: string) => /\/dintero\/v1\/accounts\/[^/]+\/auth\/roles(\?|$)/.test(path);
const isRinneList = (path: string) => /\/rinne\/core\/v1\/roles(\?|$)/.test(path);
const isChatRoles = (path: string) => path.endsWith('/roles.list');
const isRows = (path: string) => path.endsWith('/permissions.listAll');

export const lies: Readonly<Record<string, Lie>> = {
  'id-twice': {
    suits: (path) => isDinteroList(path) || isRinneList(path) || isChatRoles(path),
    tell: (answer, dice) => onItems(answer, (items) => again(items, dice)),
  },
  'page-cut': {
    suits: (path) => isDinteroList(path) || isRinneList(path),
    tell: (answer, dice) =>
      onItems(answer, (items) =>
        items.length < 2 ? undefined : items.slice(0, Math.floor(dice * (items.length - 1))),
      ),
  },
  'has-next': {
    suits: isRinneList,
    tell: (answer) => {
      const { pagination, ...rest } = fieldsOf(answer);
      const paging = fieldsOf(pagination);
      return { ...rest, pagination: { ...paging, hasNext: paging['hasNext'] !== true } };
    },
  },
  'no-built-ins': {
    suits: isChatRoles,
    tell: (answer) => onItems(answer, (items) => items.filter((item) => fieldsOf(item)['protected'] !== true)),
  },
  'row-twice': { suits: isRows, tell: (answer, dice) => onItems(answer, (items) => again(items, dice)) },
  endless: {
    suits: (path) => isDinteroList(path) || isRinneList(path),
    tell: (answer, dice, path) => {
      if (isRinneList(path)) {
        const pagination = { page: 1, limit: 100, total: 1e6, totalPages: 10_000, hasNext: true, hasPrev: false };
        return { ...fieldsOf(answer), pagination };
      }
      const mark = `${path}${dice}`.length.toString(16).padStart(4, '0');
      return Array.from({ length: 100 }, (_, at) => {
        const id = `${mark}${String(at).padStart(4, '0')}-0000-4000-8000-${String(Math.random()).slice(2, 14).padEnd(12, '0')}`;
        return { id, name: `endless ${id}`, description: '', scope: ['read:accounts'] };
      });
    },
  },
};

function again(items: readonly unknown[], dice: number): readonly unknown[] | undefined {
  const item = items[Math.floor(dice * items.length)];
  return item === undefined ? undefined : [...items, item];
}

/** The list of an answer: bare, or under the key in which its API puts it. */
function onItems(answer: unknown, alter: (items: readonly unknown[]) => readonly unknown[] | undefined): unknown {
  if (Array.isArray(answer)) return alter(answer);
  const fields = fieldsOf(answer);
  const key = ['data', 'roles', 'update'].find((one) => Array.isArray(fields[one]));
  const items = key === undefined ? undefined : alter(fields[key] as readonly unknown[]);
  return key === undefined || items === undefined ? undefined : { ...fields, [key]: items };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
