/** Opens pages in a real Chromium, from a file, and keeps what they asked for and complained about. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

export const missing = 'no Chromium found: install one, or name it in ROLESYNC_CHROMIUM';

/** undefined: there is none on this machine. */
export async function launch(): Promise<Browser | undefined> {
  const named = process.env['ROLESYNC_CHROMIUM'];
  const executablePath = named ?? usual.find((path) => existsSync(path));
  if (executablePath === undefined) return undefined;
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

export interface Opened {
  readonly page: Page;
  readonly url: string;
  readonly requests: readonly string[];
  readonly complaints: readonly string[];
}

/** The page from a file of its own; both go when the test ends. */
export async function open(browser: Browser, html: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'rolesync-page-'));
  const file = join(folder, 'plan.html');
  writeFileSync(file, html);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  onTestFinished(async () => {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => void requests.push(request.url()));
  page.on('console', (message) => void complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => void complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  const url = pathToFileURL(file).href;
  await page.goto(url);
  return { page, url, requests, complaints };
}
