/** Bundles the chaos runner and starts it. Sources run as they are, but their waits go by the fast clock. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const outfile = join(root, 'node_modules/.cache', `chaos-${process.pid}.mjs`);
const clock = JSON.stringify(join(here, 'clock.ts'));

const fastClock = {
  name: 'fast-clock',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const timed = text.replace(
        /import \{ setTimeout as (\w+) \} from 'node:timers\/promises';/,
        `import { fastDelay as $1 } from ${clock};`,
      );
      const usesGlobal = /(?<![\w.])setTimeout\(/.test(timed) && !path.includes('/sandbox/');
      const head = usesGlobal ? `import { fastTimeout as setTimeout } from ${clock};\n` : '';
      return { contents: head + timed, loader: 'ts' };
    });
  },
};

await build({
  absWorkingDir: root,
  entryPoints: [join(here, 'main.ts')],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  sourcemap: 'inline',
  logLevel: 'warning',
  plugins: [fastClock],
});
process.setSourceMapsEnabled(true);
const { main } = await import(pathToFileURL(outfile).href);
(await import('node:fs')).rmSync(outfile);
process.exitCode = await main(process.argv.slice(2), root);
