/** Bundles the script and the style of the HTML page into two strings, so that rendering needs no file. Writes only src/render/html/generated. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const types = `/** Ends no script or style element. */
export const script: string;
export const style: string;
`;

export function buildPage(root) {
  const script = bundle(root, 'src/render/html/browser/main.ts');
  const style = bundle(root, 'src/render/html/page.css');
  const folder = new URL('src/render/html/generated/', root);
  mkdirSync(folder, { recursive: true });
  const code = `export const script = ${JSON.stringify(script)};\nexport const style = ${JSON.stringify(style)};\n`;
  writeFileSync(new URL('assets.js', folder), code);
  writeFileSync(new URL('assets.d.ts', folder), types);
}

function bundle(root, entry) {
  const { outputFiles } = buildSync({
    absWorkingDir: fileURLToPath(root),
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'iife',
    target: ['chrome105', 'firefox115', 'safari16'],
    charset: 'ascii',
    legalComments: 'none',
    write: false,
  });
  const text = outputFiles[0].text.trim();
  // The page holds it verbatim, between tags that such a text would end.
  if (/<\/(script|style)|<!--/i.test(text)) throw new Error(`${entry} would end the element that holds it`);
  return text;
}

if (process.argv[1] === import.meta.filename) buildPage(new URL('../', import.meta.url));
