/**
 * Makes the pictures of the README from the role files that are here and the embedded sandbox: the comment on a pull request and the
 * page of the same plan. Needs Chromium; CHROMIUM names one that is not on the PATH.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { chromium } from 'playwright-core';

const folder = 'docs/pictures';
const scratch = mkdtempSync(join(tmpdir(), 'rolesync-pictures-'));
const plan = join(scratch, 'plan.json');
const rolesync = (...argv) => execFileSync(process.execPath, ['dist/rolesync.js', ...argv], { encoding: 'utf8' });

try {
  rolesync('plan', '--sandbox', '--target', 'acme-test', '--target', 'acme-chat', '--out', plan);
  const comment = rolesync('show', plan, '--format', 'markdown');
  writeFileSync(`${folder}/comment.md`, comment);
  writeFileSync(join(scratch, 'comment.html'), commentPage(comment));
  writeFileSync(join(scratch, 'page.html'), rolesync('show', plan, '--format', 'html'));
  const browser = await chromium.launch({ executablePath: executable(), args: ['--no-sandbox'] });
  await shoot(browser, 'comment.html', 'comment.png', { width: 920, height: 860 });
  await shoot(browser, 'page.html', 'page.png', { width: 1100, height: 1000 });
  await browser.close();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function shoot(browser, from, to, viewport) {
  const page = await browser.newPage({ viewport, colorScheme: 'light', deviceScaleFactor: 1 });
  await page.goto(`file://${join(scratch, from)}`);
  const bottom = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.screenshot({
    path: `${folder}/${to}`,
    fullPage: true,
    clip: { x: 0, y: 0, width: viewport.width, height: Math.min(bottom, viewport.height) },
  });
  await page.close();
}

function executable() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8' }).trim();
    } catch {
      // The next one.
    }
  }
  throw new Error('no Chromium is on the PATH: install one, or name it with CHROMIUM');
}

/** About as GitHub shows it. */
function commentPage(markdown) {
  const body = micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
  return `<!doctype html><meta charset="utf-8"><style>${readFileSync('scripts/pictures.css', 'utf8')}</style>
<article><header><b>github-actions</b> <span>bot</span> commented</header><main>${body}</main></article>`;
}
