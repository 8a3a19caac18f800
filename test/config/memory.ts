/** Role files in memory, and problems as short lines: `error roles/a.yaml:4:3 unknown-key`. */
import type { Config } from '../../src/config/config.ts';
import { load } from '../../src/config/index.ts';
import type { Language } from '../../src/config/language.ts';
import type { FileSource } from '../../src/files/file-source.ts';
import { shipped } from '../../src/table.ts';

/** What the files of the shipped providers may say. */
export const language: Language = await shipped.language();

/** A file, or an error code that reading it ends in. */
export type Content = string | Uint8Array | { readonly fails: string };

export function memory(files: Readonly<Record<string, Content>>): FileSource {
  const paths = Object.keys(files);
  const fail = (code: string): never => {
    throw Object.assign(new Error(code), { code });
  };
  const bytes = (path: string): Uint8Array => {
    const content = files[path] ?? fail('ENOENT');
    if (typeof content === 'string') return Buffer.from(content);
    return content instanceof Uint8Array ? content : fail(content.fails);
  };
  const inside = (folder: string) => paths.filter((path) => folder === '.' || path.startsWith(`${folder}/`));
  return {
    stat: (path) => {
      if (path in files) {
        const content = files[path];
        return {
          kind: 'file',
          size: content instanceof Uint8Array || typeof content === 'string' ? content.length : 1,
        };
      }
      return inside(path).length > 0 ? { kind: 'folder', size: 0 } : fail('ENOENT');
    },
    list: (folder) => [
      ...new Set(inside(folder).map((path) => path.slice(folder === '.' ? 0 : folder.length + 1).split('/')[0] ?? '')),
    ],
    read: (path, limit) => bytes(path).subarray(0, limit),
    real: (path) => (path === '.' ? '/' : `/${path}`),
  };
}

interface Options {
  readonly strict?: boolean;
  readonly env?: readonly string[];
  readonly paths?: readonly string[];
  readonly today?: string;
}

export function loadFiles(
  files: Readonly<Record<string, Content>>,
  { paths = ['roles'], ...options }: Options = {},
): Config {
  return load(paths, { cwd: '/work', language, source: memory(files), ...options });
}

/** One file of a provider, with a target where `body` has none. */
export function loadOne(body: string, options: Options = {}): Config {
  return loadFiles({ 'roles/a.yaml': body }, options);
}

export function found(config: Config): readonly string[] {
  return config.problems.map(
    ({ severity, source, code }) => `${severity} ${source.file}:${source.line}:${source.column} ${code}`,
  );
}

export function messages(config: Config): string {
  return config.problems.map(({ message }) => message).join('\n');
}

export const dintero = `provider: dintero
auth: { token: "\${DINTERO_TOKEN}" }
targets:
  - { name: acme, account: T11112222 }
`;

export const rinne = `provider: rinne
auth: { token: "\${RINNE_TOKEN}" }
targets:
  - { name: shop, company: c1, baseUrl: "https://api.rinne.com.br/core" }
`;

export const rocketchat = `provider: rocketchat
auth: { userId: u1, token: "\${ROCKETCHAT_TOKEN}" }
targets:
  - { name: chat, baseUrl: "https://chat.example.com" }
`;
