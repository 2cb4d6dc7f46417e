import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The real browser of this machine. Without one the test fails and says how to get it. */
export async function launchChromium(more: readonly string[] = []): Promise<Browser> {
  const executablePath = PLACES.find((place) => existsSync(place));
  if (executablePath === undefined) {
    throw new Error(
      `no Chromium at ${PLACES.join(', ')}: run "apt-get install chromium", or "npm run pretest" as root`,
    );
  }
  return chromium.launch({ executablePath, args: [...FLAGS, ...more] });
}
