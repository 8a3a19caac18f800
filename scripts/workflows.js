/** Takes the workflows of docs/workflows into the command at build time, so that `init` writes just what the docs show. Writes only src/commands/generated. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const types = `/** By the name of the file. */
export const workflows: Readonly<Record<string, string>>;
`;

export function buildWorkflows(root) {
  const published = new URL('docs/workflows/', root);
  const names = readdirSync(published)
    .filter((name) => name.endsWith('.yml'))
    .sort();
  const workflows = Object.fromEntries(names.map((name) => [name, readFileSync(new URL(name, published), 'utf8')]));
  const folder = new URL('src/commands/generated/', root);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL('workflows.js', folder), `export const workflows = ${JSON.stringify(workflows)};\n`);
  writeFileSync(new URL('workflows.d.ts', folder), types);
}
