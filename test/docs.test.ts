/** The pages: links lead somewhere, role files are valid, and command lines name commands and flags that exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandLine } from '../src/command-line.ts';
import { shipped } from '../src/table.ts';
import { folder, rolesync } from './support/command.ts';

const docs = readdirSync('docs').filter((file) => file.endsWith('.md'));
const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...docs.map((file) => `docs/${file}`)].map((path) => ({
  path,
  text: readFileSync(path, 'utf8'),
}));

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

/** What a page calls a file, by the comment in the first line of its block. */
function roleFilesOf(text: string): Readonly<Record<string, string>> {
  const blocks = [...text.matchAll(/^```yaml\n(# (roles\/\S+\.yaml).*?)^```/gms)];
  return Object.fromEntries(blocks.map(([, body = '', path = '']) => [path, body]));
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
    const files = roleFilesOf(text);
    if (Object.keys(files).length === 0) return;
    const { code, stdout } = await rolesync(['validate'], { cwd: folder(files) });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('OK: ') });
  });

  it('names commands and flags that exist', () => {
    const io = { stdout: { write: () => undefined, isTerminal: false, columns: 80 } };
    const stream = io.stdout;
    const program = commandLine(
      {
        cwd: '/',
        environment: {},
        stdout: stream,
        stderr: stream,
        ask: undefined,
        signal: new AbortController().signal,
        now: () => 0,
        table: shipped,
      },
      () => undefined,
    );
    const inline = [...text.matchAll(/`(?:npx )?rolesync ([a-z][^`]*)`/g)].map(([, line = '']) => line);
    const blocks = [...text.matchAll(/^```(?:sh|console)\n(.*?)^```/gms)].map(([, block = '']) => block).join('\n');
    const typed = [...blocks.matchAll(/^(?:\$ )?(?:npx )?rolesync ([a-z].*)$/gm)].map(([, line = '']) => line);
    const lines = [...inline, ...typed];
    const wrong = lines.flatMap((line) => {
      const [name = '', ...words] = line.split(/\s+#|\s+\|/)[0]?.split(/\s+/) ?? [];
      const command = program.commands.find((one) => one.name() === name);
      if (command === undefined) return [line];
      const flags = words.filter((word) => /^--[a-z]/.test(word)).map((word) => word.replace(/[^a-z-].*$/, ''));
      const known = ['--help', '--version', ...command.options.map(({ long }) => long ?? '')];
      return flags.every((flag) => known.includes(flag)) ? [] : [line];
    });
    expect(wrong).toEqual([]);
  });
});

describe('docs/README.md', () => {
  it('leads to every page', () => {
    const linked = new Set(linksOf(readFileSync('docs/README.md', 'utf8')));
    expect(docs.filter((file) => file !== 'README.md' && !linked.has(file))).toEqual([]);
  });
});
