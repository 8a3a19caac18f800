import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { escapeUnsafe } from '../../../src/render/display.ts';
import { planHtml } from '../../../src/render/html/page.ts';
import { launch, missing, type Opened, open } from './chromium.ts';
import { access, fullPlan, hostilePlan, largePlan, mixedPlan, quietPlan } from './plans.ts';

let browser: Browser | undefined;

beforeAll(async () => {
  browser = await launch();
}, 60_000);

afterAll(() => browser?.close());

beforeEach((context) => {
  if (browser === undefined) context.skip(missing);
});

function show(plan: Parameters<typeof planHtml>[0], options?: Parameters<typeof open>[2]): Promise<Opened> {
  if (browser === undefined) throw new Error(missing);
  return open(browser, planHtml(plan, access), options);
}

const roles = (page: Page, target = 0) =>
  page.locator(`[data-target="${target}"] [role=columnheader] .name`).allTextContents();
const permissions = (page: Page, target = 0) =>
  page.locator(`[data-target="${target}"] [role=rowheader] code`).allTextContents();
const count = (page: Page) => page.locator('#count').textContent();
const entries = (page: Page, target = 0) =>
  page.locator(`[data-target="${target}"] .change:visible .what .name:first-of-type`).allTextContents();
const drawn = (page: Page) => page.locator('[role=gridcell]').count();
/** The focused cell or header: its row's and its column's header. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const cell = document.activeElement;
    const grid = cell?.closest('[role=grid]');
    const column = grid?.querySelector(
      `[role=columnheader][aria-colindex="${cell?.getAttribute('aria-colindex')}"] .name`,
    );
    const row = cell?.parentElement?.querySelector('[role=rowheader] code');
    return [row?.textContent ?? null, column?.textContent ?? null];
  });

describe('the page in a browser', () => {
  it('opens from a file, asks for nothing else, and complains of nothing, whatever is clicked', async () => {
    const { page, url, requests, complaints } = await show(mixedPlan());
    await page.locator('#changes-only').click();
    await page.locator('#filter-role').fill('support');
    await page.locator('#filter-permission').fill('read');
    await page.locator('#filter-target').selectOption({ label: 'acme-test' });
    await page.locator('#clear').click();
    await page.locator('[role=gridcell]').first().click();
    await page.keyboard.press('ArrowDown');
    expect(requests).toEqual([url]);
    expect(complaints).toEqual([]);
  });

  it('lets nothing out and nothing in, even if a script or markup got into it', async () => {
    let hits = 0;
    const server = createServer((_request, response) => {
      hits++;
      response.setHeader('access-control-allow-origin', '*');
      response.end('document.title = "owned"');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { page } = await show(mixedPlan());
    const blocked = await page.evaluate(async (remote) => {
      const directives: string[] = [];
      document.addEventListener('securitypolicyviolation', (event) => directives.push(event.effectiveDirective));
      const fetched = await fetch(remote).then(
        () => 'sent',
        () => 'blocked',
      );
      const add = (tag: string, attributes: Readonly<Record<string, string>>, text = '') => {
        const made = document.createElement(tag);
        for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
        made.textContent = text;
        document.body.append(made);
      };
      add('script', {}, 'document.title = "owned"');
      add('script', { src: `${remote}/x.js` });
      add('img', { src: `${remote}/x.png` });
      add('style', {}, 'body { display: none }');
      add('p', { style: 'color: red', onclick: 'document.title = "owned"' }, 'x');
      document.body.lastElementChild?.dispatchEvent(new MouseEvent('click'));
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { fetched, directives: [...new Set(directives)].sort(), title: document.title };
    }, origin);
    expect(blocked.fetched).toBe('blocked');
    expect(blocked.directives).toEqual([
      'connect-src',
      'img-src',
      'script-src-attr',
      'script-src-elem',
      'style-src-attr',
      'style-src-elem',
    ]);
    expect(blocked.title).not.toBe('owned');
    expect(await page.locator('h1').isVisible()).toBe(true);
    expect(hits).toBe(0);
  });

  it('reads without its script: sentences, changes, withheld parts and digest', async () => {
    const { page } = await show(mixedPlan(), { javaScriptEnabled: false });
    const text = await page.locator('body').innerText();
    expect(text).toContain('cashier gains transaction.*');
    expect(text).toContain('needs JavaScript');
    expect(text).toContain('finance never changes accounts');
    expect(text).toContain(mixedPlan().digest);
    expect(await page.locator('#tools').isVisible()).toBe(false);
  });

  it('keeps hostile text text: nothing runs, nothing is added, and all of it can be seen', async () => {
    const { page, url, requests, complaints } = await show(hostilePlan());
    await page.locator('#changes-only').click();
    await page.locator('[role=gridcell]').first().click();
    for (const key of ['ArrowDown', 'ArrowRight', 'End', 'Home', 'ArrowUp', 'ArrowUp', 'ArrowUp'])
      await page.keyboard.press(key);
    expect(requests).toEqual([url]);
    expect(complaints).toEqual([]);
    expect(await page.title()).toMatch(/^rolesync plan: /);
    expect(await page.locator('script').count()).toBe(2);
    expect(await page.locator('img, iframe, object, link, a:not(.skip)').count()).toBe(0);
    const text = await page.evaluate(() => document.body.textContent ?? '');
    expect(text.split('\n').filter((line) => escapeUnsafe(line) !== line)).toEqual([]);
    expect(await roles(page)).toContain('"</script><script>document.title=\\"owned\\"</script>"');
    expect(await permissions(page)).toEqual(expect.arrayContaining(['__proto__', 'constructor', 'x'.repeat(10_000)]));
  });
});

describe('the filters', () => {
  it('show only changes at first, and everything at a click', async () => {
    const { page } = await show(mixedPlan());
    expect(await page.locator('#changes-only').isChecked()).toBe(true);
    expect(await roles(page)).toEqual([
      'campaign 2019',
      'catalogue reader',
      'order support',
      'reader',
      'finance',
      'webhook maintainer',
    ]);
    expect(await count(page)).toBe('50 cells shown: 10 rows, 7 roles, 2 of 2 targets');
    await page.locator('#changes-only').click();
    expect(await roles(page)).toContain('legacy importer');
    expect(await permissions(page)).toContain('*.*');
    expect(await count(page)).toBe('88 cells shown: 14 rows, 10 roles, 2 of 2 targets');
  });

  it('show everything at first where nothing changes', async () => {
    const { page } = await show(quietPlan());
    expect(await page.locator('#changes-only').isChecked()).toBe(false);
    expect(await roles(page)).toEqual(['finance', 'order support']);
    await page.locator('#changes-only').click();
    expect(await page.locator('.matrix').innerText()).toContain('Nothing changes here');
    expect(await count(page)).toBe('No cells shown');
  });

  it('choose a target', async () => {
    const { page } = await show(mixedPlan());
    expect(await page.locator('#filter-target option').allTextContents()).toEqual([
      'All targets',
      'acme-test',
      'padaria',
    ]);
    await page.locator('#filter-target').selectOption({ label: 'padaria' });
    expect(await page.locator('.target:visible h3 bdi').first().textContent()).toBe('padaria');
    expect(await page.locator('.target:visible').count()).toBe(1);
    expect(await count(page)).toBe('2 cells shown: 2 rows, 1 role, 1 of 2 targets');
  });

  it('find roles and permissions, in the matrix and in the lists below it, and clear again', async () => {
    const { page } = await show(mixedPlan());
    await page.locator('#filter-permission').pressSequentially('accounts');
    expect(await permissions(page)).toEqual(['write:accounts']);
    expect(await roles(page)).toEqual(['order support', 'finance']);
    expect(await entries(page)).toEqual(['order support', 'finance']);
    expect(await page.locator('[data-target="0"] [data-count]').allTextContents()).toEqual(['1 of 4', '1 of 2']);
    await page.locator('#filter-role').fill('SUPP');
    expect(await roles(page)).toEqual(['order support']);
    await page.locator('#filter-role').fill('nobody');
    expect(await page.locator('[data-target="0"] .matrix').innerText()).toBe('Nothing here fits the filter.');
    await page.locator('#clear').click();
    expect(await roles(page)).toHaveLength(6);
    expect(await page.locator('#clear').isVisible()).toBe(false);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('filter-role');
  });

  it('are labelled, and the count is announced', async () => {
    const { page } = await show(mixedPlan());
    for (const label of ['Target', 'Role', 'Permission', 'Only changes']) {
      expect(await page.getByLabel(label, { exact: true }).count()).toBe(1);
    }
    expect(await page.locator('#count').getAttribute('aria-live')).toBe('polite');
  });
});

describe('the keyboard', () => {
  it('has one stop per grid, and arrows, Home, End and page keys inside', async () => {
    const { page } = await show(mixedPlan());
    await page.locator('#changes-only').focus();
    await page.keyboard.press('Tab');
    expect(await focused(page)).toEqual(['description', 'campaign 2019']);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await focused(page)).toEqual(['write:accounts', 'order support']);
    await page.keyboard.press('End');
    expect(await focused(page)).toEqual(['write:accounts', 'webhook maintainer']);
    await page.keyboard.press('ArrowRight');
    expect(await focused(page)).toEqual(['write:accounts', 'webhook maintainer']);
    await page.keyboard.press('Control+End');
    expect(await focused(page)).toEqual(['read:receipts', 'webhook maintainer']);
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('ArrowLeft');
    expect(await focused(page)).toEqual(['description', null]);
    await page.keyboard.press('ArrowUp');
    expect(await focused(page)).toEqual(['description', null]);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowUp');
    expect(await focused(page)).toEqual([null, 'campaign 2019']);
    await page.keyboard.press('PageDown');
    expect(await focused(page)).toEqual(['read:receipts', 'campaign 2019']);
    expect(await page.locator('[data-target="0"] [role=grid] [tabindex]').count()).toBe(1);
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('[role=grid]'))).toBeNull();
  });

  it('shows where it is, and spells the cell out', async () => {
    const { page } = await show(mixedPlan());
    await page.locator('#changes-only').focus();
    for (const key of ['Tab', 'End', 'ArrowLeft', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineStyle);
    expect(outline).toBe('solid');
    const spelled = await page.locator('#inspector').innerText();
    expect(spelled).toContain('finance would gain write:accounts power changes the account and its users');
    expect(spelled).toContain('withheld · finance never changes accounts; see policy.yaml');
    await page.keyboard.press('Escape');
    expect(await page.locator('#inspector').isVisible()).toBe(false);
  });

  it('never covers the cell that it explains, at the foot of the window either', async () => {
    const { page } = await show(largePlan());
    await page.locator('#changes-only').click();
    await page.locator('[data-target="1"] [tabindex="0"]').focus();
    const apart = (selector: string) =>
      page.evaluate((wanted) => {
        const cell = document.querySelector(wanted)?.getBoundingClientRect();
        const panel = document.querySelector('#inspector')?.getBoundingClientRect();
        return cell !== undefined && panel?.height && (cell.bottom <= panel.top || cell.top >= panel.bottom);
      }, selector);
    for (const key of ['Control+End', 'Control+Home', 'PageDown', 'ArrowUp']) {
      await page.keyboard.press(key);
      await expect.poll(() => apart(':focus')).toBe(true);
    }
    await page.locator('[data-target="0"] .matrix').evaluate((element) => {
      scrollBy(0, element.getBoundingClientRect().bottom - innerHeight);
    });
    // What lies under the mouse is known once the page has been drawn where it was scrolled to.
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    await page.mouse.move(700, 860);
    await page.mouse.move(700, 880);
    await expect.poll(() => apart('[role=gridcell]:hover')).toBe(true);
  });

  it('skips to the matrix', async () => {
    const { page } = await show(mixedPlan());
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the access matrix');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('access');
  });

  it('tells a screen reader each cell with its headers and state', async () => {
    const { page } = await show(mixedPlan());
    const grid = page.getByRole('grid', { name: 'Access in acme-test' });
    expect(await grid.getAttribute('aria-rowcount')).toBe('9');
    expect(await grid.getAttribute('aria-colcount')).toBe('7');
    expect(await grid.getByRole('gridcell', { name: 'loses, drift' }).count()).toBe(1);
    expect(
      await grid.getByRole('gridcell', { name: 'would gain, withheld, finance never changes accounts' }).count(),
    ).toBe(1);
    expect(await grid.getByRole('columnheader', { name: 'reader, was viewer, update' }).count()).toBe(1);
    expect(await grid.getByRole('row').count()).toBe(9);
  });
});

describe('3 targets × 60 roles × 200 permissions', () => {
  it('draws only what is near the screen, however many cells there are', async () => {
    const { page, complaints } = await show(largePlan());
    await page.locator('#changes-only').click();
    expect(await count(page)).toBe('36000 cells shown: 600 rows, 180 roles, 3 of 3 targets');
    await page.locator('[data-target="0"] [role=gridcell]').first().waitFor();
    expect(await drawn(page)).toBeLessThan(12_000);
    for (const text of ['a', 'ar', 'are']) {
      await page.locator('#filter-permission').fill(text);
      expect(await drawn(page)).toBeLessThan(12_000);
    }
    await page.locator('#filter-permission').fill('area_19');
    expect(await permissions(page)).toHaveLength(10);
    expect(complaints).toEqual([]);
  });

  it('draws the rest when it is scrolled or walked to', async () => {
    const { page } = await show(largePlan());
    await page.locator('#changes-only').click();
    const last = page.locator('[data-target="0"] .line').last();
    expect(await last.locator('[role=gridcell]').count()).toBe(0);
    await last.scrollIntoViewIfNeeded();
    await last.locator('[role=gridcell]').first().waitFor();
    expect(await last.locator('[role=gridcell]').count()).toBe(60);
    await page.locator('[data-target="1"] [tabindex="0"]').focus();
    await page.keyboard.press('Control+End');
    expect((await focused(page))[1]).toBe('team 59 operations');
  });

  it('keeps both headers in sight while it scrolls', async () => {
    const { page } = await show(largePlan());
    await page.locator('#changes-only').click();
    const scroller = page.locator('[data-target="0"] .matrix');
    await scroller.evaluate((element) => element.scrollTo(500, 2000));
    const at = await scroller.boundingBox();
    const head = await page.locator('[data-target="0"] .corner').boundingBox();
    expect(Math.abs((head?.y ?? 0) - (at?.y ?? 1000))).toBeLessThan(3);
    expect(Math.abs((head?.x ?? 0) - (at?.x ?? 1000))).toBeLessThan(3);
  });

  it('has room for everything changing everywhere', async () => {
    const { page, complaints } = await show(fullPlan());
    expect(await count(page)).toBe('36000 cells shown: 600 rows, 180 roles, 3 of 3 targets');
    await page.locator('#filter-role').fill('team 07');
    expect(await count(page)).toBe('600 cells shown: 600 rows, 3 roles, 3 of 3 targets');
    expect(complaints).toEqual([]);
  });

  it('lists the permissions of a change that the page only counts when its fold is opened, also for print', async () => {
    const { page, complaints } = await show(fullPlan({ roles: 410, permissions: 30 }));
    const listed = page.locator('details[data-effects] li');
    expect(await listed.count()).toBe(0);
    await page.locator('details[data-effects] summary').nth(5).click();
    await expect.poll(() => listed.allTextContents()).toHaveLength(30);
    expect(await listed.first().textContent()).toContain('+ gains write:area_000 write');
    // Opened and closed again: listed once.
    for (let click = 0; click < 2; click += 1) await page.locator('details[data-effects] summary').nth(5).click();
    expect(await listed.count()).toBe(30);
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await listed.count()).toBe(3 * 410 * 30);
    expect(complaints).toEqual([]);
  });

  it('draws the first four hundred roles, says how many more there are, and finds each by its name', async () => {
    const { page } = await show(fullPlan({ roles: 410, permissions: 30 }));
    expect(await roles(page)).toHaveLength(400);
    expect(await count(page)).toMatch(/1200 roles, 3 of 3 targets; 30 more roles: filter to see them$/);
    const [last] = (await page.locator('[data-target="0"] .change .name').allTextContents()).slice(-1);
    await page.locator('#filter-role').fill(last ?? '');
    expect(await roles(page)).toContain(last);
    expect(await count(page)).not.toContain('more role');
  });
});

describe('how it looks', () => {
  /** Contrast of each kind of text against what it stands on, by WCAG. */
  const contrasts = (page: Page) =>
    page.evaluate(() => {
      const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
      const luminance = (colour: string) => {
        const [r = 0, g = 0, b = 0] = channels(colour).map((value) => {
          const share = value / 255;
          return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const ground = (element: Element | null): string => {
        if (element === null) return getComputedStyle(document.documentElement).backgroundColor;
        const { backgroundColor } = getComputedStyle(element);
        return channels(backgroundColor)[3] === 0 ? ground(element.parentElement) : backgroundColor;
      };
      const kinds = [
        '.added i',
        '.removed i',
        '.changed i',
        '.withheld-add i',
        '.withheld-remove i',
        '.has i',
        '.aside',
        '.badge.power',
        '.badge.read',
        '.badge.drift',
        '.reason',
        '.safeguards li',
        '.failures li',
        'summary',
        'ins',
        'del',
      ];
      return kinds.map((kind): [string, number] => {
        const element = document.querySelector(`main ${kind}`);
        if (element === null) return [kind, 0];
        const [a = 0, b = 0] = [luminance(getComputedStyle(element).color), luminance(ground(element))].sort(
          (x, y) => y - x,
        );
        return [kind, (a + 0.05) / (b + 0.05)];
      });
    });

  it.each(['light', 'dark'] as const)('is legible in %s', async (colorScheme) => {
    const { page } = await show(mixedPlan(), { colorScheme });
    expect((await contrasts(page)).filter(([, ratio]) => ratio < 4.5)).toEqual([]);
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(ground).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(20, 23, 28)');
    await keep(page, colorScheme);
  });

  it('tells states apart by sign, not by colour alone', async () => {
    const { page } = await show(mixedPlan());
    const sign = (state: string) => page.locator(`[role=gridcell].${state} i`).first().textContent();
    const states = ['has', 'added', 'removed', 'changed', 'withheld-add', 'withheld-remove'];
    const signs = await Promise.all(states.map(sign));
    expect(new Set(signs).size).toBe(states.length);
  });

  it('fits a phone: the page itself does not scroll sideways', async () => {
    const { page } = await show(mixedPlan(), { viewport: { width: 390, height: 800 } });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await keep(page, 'phone');
  });

  it('prints every shown cell and every fold, in blocks of roles that fit the paper, and goes back', async () => {
    const { page } = await show(largePlan({ targets: 1 }));
    await page.locator('#changes-only').click();
    await page.emulateMedia({ media: 'print' });
    await page.locator('.paper').waitFor();
    expect(await page.locator('.paper [role=grid]').count()).toBe(2);
    expect(await page.locator('.paper [role=gridcell]').count()).toBe(12_000);
    expect(await page.locator('.matrix > .grid').isVisible()).toBe(false);
    expect(await page.locator('#tools').isVisible()).toBe(false);
    expect(await page.locator('details:not([open])').count()).toBe(0);
    await page.emulateMedia({ media: 'screen' });
    await page.locator('.paper').waitFor({ state: 'detached' });
    expect(await page.locator('details[open]').count()).toBe(0);
    expect((await page.pdf({ preferCSSPageSize: true })).length).toBeGreaterThan(10_000);
  });
});

/** For someone who wants to look: ROLESYNC_SCREENSHOTS names a folder. */
async function keep(page: Page, name: string): Promise<void> {
  const folder = process.env['ROLESYNC_SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
