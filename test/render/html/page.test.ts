import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { planHtml } from '../../../src/render/html/page.ts';
import {
  access,
  fullPlan,
  hostile,
  hostilePlan,
  largePlan,
  mixedPlan,
  plan,
  quietPlan,
  role,
  target,
  updated,
} from './plans.ts';

const mixed = planHtml(mixedPlan(), access);

/** The page as someone reads it who has no script: without the data, the script and the style. */
function prose(page: string): string {
  return page
    .replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, '')
    .replace(/\s+/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/** Start tags of the page, outside of script and style. */
function tags(page: string): readonly string[] {
  const bare = page.replace(/<(script|style)\b([^>]*)>[\s\S]*?<\/\1>/g, '<$1$2>');
  return [...bare.matchAll(/<[a-z][^>]*>/g)].map(([tag]) => tag);
}

describe('the policy of the page', () => {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(mixed)?.[1] ?? '';

  it('names the hash of the very script and style that the page holds, and allows nothing else', () => {
    const hash = (text: string | undefined) =>
      `'sha256-${createHash('sha256')
        .update(text ?? '')
        .digest('base64')}'`;
    const script = /<script>([\s\S]*?)<\/script>/.exec(mixed)?.[1];
    const style = /<style>([\s\S]*?)<\/style>/.exec(mixed)?.[1];
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${hash(script)}`,
      `style-src ${hash(style)}`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  it('stands before anything that it could govern', () => {
    expect(mixed.indexOf('Content-Security-Policy')).toBeLessThan(mixed.indexOf('<style>'));
  });
});

describe('the page', () => {
  it.each([mixed, planHtml(hostilePlan(), access)])(
    'refers to nothing outside, and has no inline handler or style',
    (page) => {
      const refering = tags(page).filter((tag) =>
        /\s(src|srcset|href|action|on\w+|style|background|poster|data)=/i.test(tag),
      );
      expect(refering).toEqual(['<a class="skip" href="#access">']);
      expect(page.match(/<style>([\s\S]*?)<\/style>/)?.[1]).not.toMatch(/url\(|@import/);
    },
  );

  it('is the same for the same plan', () => {
    expect(planHtml(mixedPlan(), access)).toBe(mixed);
  });

  it('says verdict, access, safeguards, errors, targets and digest in this order, without a script', () => {
    const text = prose(mixed);
    const order = [
      '5 roles change, 2 gain power',
      'support is no longer managed; it stays live.',
      'cashier gains transaction.*',
      'order support gains write:accounts (changes the account and its users)',
      'GET https://chat.example.com/api/v1/roles.list answered HTML',
      'create catalogue reader',
      'loses admin:hooks',
      'legacy importer',
      mixedPlan().digest,
    ];
    const places = order.map((part) => text.indexOf(part, text.indexOf('</title>')));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it('tells of every change its action, place, fields, conditions, drift and parts', () => {
    const text = prose(mixed);
    expect(text).toContain('update order support partly drift roles/dintero.yaml:12');
    expect(text).toContain('only if, when applied: does not take the last admin role from whoever applies it');
    expect(text).toContain('description: Looks orders up and repairs them');
    expect(text).toContain('loses read:billing read drift');
    expect(text).toContain('update reader (was viewer)');
    expect(text).toContain('delete campaign 2019 unmanaged: no file names it');
    expect(text).toContain('finance never changes accounts; see policy.yaml policy');
  });

  it('puts a new destination for credentials before everything but the verdict', () => {
    const error = { code: 'untrusted', message: 'new destination for DINTERO_CLIENT_SECRET: evil.example' } as const;
    const { safeguards, targets } = mixedPlan();
    const text = prose(planHtml(plan([...targets, { ...target('new'), error }], 'main', safeguards), access));
    const place = text.indexOf('new destination for DINTERO_CLIENT_SECRET');
    expect(place).toBeGreaterThan(0);
    expect(place).toBeLessThan(text.indexOf('support is no longer managed'));
  });

  it('says so when nothing changes', () => {
    expect(prose(planHtml(quietPlan(), access))).toMatch(/No changes.*2 unchanged/);
  });

  it('never folds a grant that gives power or repairs drift, however many others there are', () => {
    const many = Array.from({ length: 100 }, (_, at) => `read:area_${at}`);
    const drifted = 'read:zz_drift';
    const change = updated('1', role('a', []), role('a', [...many, 'zz.*', drifted]), {
      drift: [{ kind: 'grant', permission: drifted }],
    });
    const page = planHtml(plan([target('t', { changes: [change] })], 'main'), access);
    const open = prose(page.replace(/<details\b[\s\S]*?<\/details>/g, ''));
    expect(open.match(/zz\.\*/g)).toHaveLength(2);
    expect(open.match(/read:zz_drift/g)).toHaveLength(2);
    expect(open).not.toContain('read:area_99 ');
    expect(prose(page)).toContain('read:area_99');
  });

  it('carries the matrix once, small enough for 3 targets of 60 roles and 200 permissions', () => {
    expect(planHtml(largePlan(), access).length).toBeLessThan(400_000);
  });

  it('counts permissions where there are very many, and says so to whoever has no script', () => {
    const long = planHtml(fullPlan({ roles: 410, permissions: 30 }), access);
    const text = prose(long);
    expect(text).toContain('410 roles gain write:area_000');
    expect(text).toContain('create team 99');
    expect(text).toContain('gains 30');
    expect(text).toContain('they are only counted below');
    expect(text).not.toContain('complete without it');
    // Three targets of 12,300 grants.
    expect(long.length).toBeLessThan(2_500_000);
    expect(prose(mixed)).toContain('complete without it');
  });
});

describe('hostile text', () => {
  const page = planHtml(hostilePlan(), access);

  it('adds no element: the page has the tags of a harmless one', () => {
    const names = (of: string) => new Set(tags(of).map((tag) => /^<[a-z0-9]+/.exec(tag)?.[0]));
    expect([...names(page)].filter((name) => !names(mixed).has(name))).toEqual([]);
    expect(page.match(/<script/g)).toHaveLength(2);
    expect(page.match(/<!--/g)).toBeNull();
  });

  it('leaves no character in it that a reader cannot see', () => {
    expect(page.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });

  it.each(hostile.filter((text) => text.length < 100))('keeps %j in the data, whole', (text) => {
    const data = JSON.parse(/id="plan">([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '');
    const names = data.matrices[0].roles.map(({ name }: { readonly name: string }) => name);
    const plain = /[\p{Cc}\p{Cf}\p{Zl}"]/u.test(text) ? expect.stringMatching(/^".*"$/) : text;
    expect(names).toContainEqual(plain);
  });

  it('keeps a name of 10,000 characters whole in the data and cut in the prose', () => {
    expect(page).toContain('x'.repeat(10_000));
    expect(prose(page)).toContain('… (10000 characters)');
  });
});
