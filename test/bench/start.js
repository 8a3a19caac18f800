/** Bundles the benchmark and starts it: the sandbox runs in this process, what is measured in processes of its own. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const outfile = join(root, 'node_modules/.cache', `bench-${process.pid}.mjs`);
const entry = process.env.BENCH_ENTRY ?? 'main.ts';

await build({
  absWorkingDir: root,
  entryPoints: [join(here, entry)],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
});
const { main } = await import(pathToFileURL(outfile).href);
rmSync(outfile);
process.exitCode = await main(process.argv.slice(2), root);
