/** The pages: links lead somewhere, role files are valid, and command lines name commands and flags that exist. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { folder, rolesync } from './support/command.ts';
import { program } from './support/made.ts';
import { blocks, pages, roleFilesOf } from './support/pages.ts';

/** Headings as GitHub makes anchors of them; two alike are told apart by a number. */
function anchorsOf(path: string): readonly string[] {
  const prose = readFileSync(path, 'utf8').replace(/^```.*?^```/gms, '');
  const seen = new Map<string, number>();
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => {
    const slug = title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-');
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return before === 0 ? slug : `${slug}-${before}`;
  });
}

function linksOf(text: string): readonly string[] {
  return [...text.matchAll(/\]\((?!https?:|mailto:)([^)]+)\)/g)].map(([, target = '']) => target);
}

describe.each(pages)('$path', ({ path, text }) => {
  it('links to files and headings that are there', () => {
    const broken = linksOf(text).filter((link) => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? path : join(dirname(path), file);
      return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
    });
    expect(broken).toEqual([]);
  });

  it('shows role files that are valid', async () => {
    const files = roleFilesOf(path);
    if (Object.keys(files).length === 0) return;
    const { code, stdout } = await rolesync(['validate'], { cwd: folder(files) });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('OK: ') });
  });

  it('names commands and flags that exist', () => {
    const { commands } = program();
    const inline = [...text.matchAll(/`(?:npx )?rolesync ([a-z][^`]*)`/g)].map(([, line = '']) => line);
    const blocks = [...text.matchAll(/^```(?:sh|console)\n(.*?)^```/gms)].map(([, block = '']) => block).join('\n');
    const typed = [...blocks.matchAll(/^(?:\$ )?(?:npx )?rolesync ([a-z].*)$/gm)].map(([, line = '']) => line);
    const lines = [...inline, ...typed];
    const wrong = lines.flatMap((line) => {
      const [name = '', ...words] = line.split(/\s+#|\s+\|/)[0]?.split(/\s+/) ?? [];
      const command = commands.find((one) => one.name() === name);
      if (command === undefined) return [line];
      const flags = words.filter((word) => /^--[a-z]/.test(word)).map((word) => word.replace(/[^a-z-].*$/, ''));
      const known = ['--help', '--version', ...command.options.map(({ long }) => long ?? '')];
      return flags.every((flag) => known.includes(flag)) ? [] : [line];
    });
    expect(wrong).toEqual([]);
  });
});

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Readonly<Record<string, string>> };

describe.each(pages)('$path', ({ path, text }) => {
  it('names npm scripts that exist', () => {
    const named = [...text.matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('has code that can be read: JSON, YAML, and role files that are valid even in part', async () => {
    const own = blocks.filter(({ page }) => page === path);
    for (const { body } of own.filter(({ language }) => language === 'json')) {
      expect(() => JSON.parse(body.replaceAll('…', ''))).not.toThrow();
    }
    for (const { language, body } of own) {
      if (language !== 'yaml' || /^# roles\//.test(body)) continue;
      expect(() => parse(body)).not.toThrow();
      const whole = /^roles:/.test(body) ? `${target}${body}` : body;
      if (!/^provider:/.test(whole)) continue;
      const { code, stdout } = await rolesync(['validate'], { cwd: folder({ 'roles/all.yaml': whole }) });
      expect({ code, stdout, body }).toEqual({ code: 0, stdout: expect.stringContaining('OK: '), body });
    }
  });
});

/** For a block that begins with its roles. */
const target = `provider: dintero
auth: { token: "\${DINTERO_TOKEN}" }
targets: [{ name: acme-test, account: T11112222 }]
`;

describe('docs/README.md', () => {
  it('leads to every page', () => {
    const linked = new Set(linksOf(readFileSync('docs/README.md', 'utf8')));
    const others = pages.flatMap(({ path }) => (path.startsWith('docs/') && path !== 'docs/README.md' ? [path] : []));
    expect(others.filter((path) => !linked.has(path.slice('docs/'.length)))).toEqual([]);
  });
});
