/** Reads a paged list of Rinne whole: the pages must agree on the total and hold each id once, or all is read again. */
import { Failure } from '../../core/failure.ts';
import { ask, type Sender } from '../support/ask.ts';
import { count, type Fields, flag, identifier, list, object, surprise } from '../support/read.ts';

/** Roles or users of one request. */
export const PAGE = 100;
/** 20,000 roles or users: far more than a company has. */
const MOST_PAGES = 200;
const READS = 3;

/** Nothing may come after the last page: only asking for it tells a cut list from a whole one. A refusal says so as well. */
export async function provePagesEnd(line: Sender, url: string, known: number): Promise<void> {
  const page = await readPage(line, url, 'role', Math.ceil(known / PAGE) + 1, [400, 404]);
  if (page === undefined || (page.items.length === 0 && page.total === known)) return;
  throw new Failure('incomplete', `GET ${url} answered more after its last page: the list was cut; run it again`);
}

/** Pages 2 to n are read at the same time. Rows move between pages while others write, so the sum is checked. */
export async function listPages(line: Sender, url: string, kind: 'role' | 'user' = 'role'): Promise<readonly Fields[]> {
  for (let read = 1; read <= READS; read += 1) {
    const items = await readAll(line, url, kind);
    if (items !== undefined) return items;
  }
  throw new Failure('incomplete', `GET ${url} changed under the reader ${READS} times; run it again when it is quiet`);
}

async function readAll(line: Sender, url: string, kind: 'role' | 'user'): Promise<readonly Fields[] | undefined> {
  const first = await readPage(line, url, kind, 1);
  if (first.pages > MOST_PAGES) throw new Failure('response', `GET ${url} answered that it has ${first.pages} pages`);
  const numbers = Array.from({ length: Math.max(0, first.pages - 1) }, (_, index) => index + 2);
  const pages = [first, ...(await Promise.all(numbers.map((number) => readPage(line, url, kind, number))))];
  const items = pages.flatMap((page) => page.items);
  const ids = new Set(items.map((item) => identifier(item, 'id')));
  const agreed = pages.every(
    ({ total, hasNext }, index) =>
      total === first.total && (hasNext === undefined || hasNext === index + 1 < pages.length),
  );
  return agreed && items.length === first.total && ids.size === items.length ? items : undefined;
}

interface Page {
  readonly items: readonly Fields[];
  readonly total: number;
  readonly pages: number;
  readonly hasNext: boolean | undefined;
}

async function readPage(line: Sender, url: string, kind: 'role' | 'user', page: number): Promise<Page>;
async function readPage(
  line: Sender,
  url: string,
  kind: 'role' | 'user',
  page: number,
  beyond: readonly number[],
): Promise<Page | undefined>;
/** undefined: the page is beyond the end, as one of the statuses `beyond` says. */
async function readPage(
  line: Sender,
  url: string,
  kind: 'role' | 'user',
  page: number,
  beyond: readonly number[] = [],
): Promise<Page | undefined> {
  const hints = {
    403: `the user may lack the permission \`${kind}.list\` in the selected company`,
    404: 'check `baseUrl`: it ends in /core',
  };
  const request = { method: 'GET', url: `${url}?page=${page}&limit=${PAGE}` } as const;
  const { label, status, body } = await ask(line, request, { hints, accept: beyond });
  if (beyond.includes(status)) return undefined;
  const answer = object(body, { label, thing: 'a page', path: '' });
  const pagination = object(answer.get('pagination'), { label, thing: 'a page', path: 'pagination' });
  const items = list(answer.get('data'), { label, thing: `${kind}s`, path: 'data' }).map((item, index) =>
    object(item, { label, thing: `a ${kind}`, path: `data[${index}]` }),
  );
  const total = count(pagination, 'total');
  if (items.length === 0 && page === 1 && total > 0)
    throw surprise(answer.at, 'an empty page of a list that is not empty');
  const hasNext = pagination.get('hasNext') == null ? undefined : flag(pagination, 'hasNext');
  return { items, total, pages: count(pagination, 'totalPages'), hasNext };
}
