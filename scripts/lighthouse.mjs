// Lighthouse on the dashboard: npm run lighthouse [-- URL]. Without a URL it starts the demo on a free port.
// Prints the scores, keeps the reports in .reports/, and fails when one of them is under the goal.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import lighthouse from 'lighthouse';
import { chromium } from 'playwright-core';

const GOAL = 95;
const CATEGORIES = ['performance', 'accessibility', 'best-practices'];
const FOLDER = '.reports';
const FIRST_CARD_WITHIN_MS = 60_000;
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const executablePath = BROWSERS.find((path) => existsSync(path));
if (!executablePath) {
  console.error(`no Chromium at ${BROWSERS.join(', ')}: apt-get install chromium`);
  process.exit(2);
}

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
};

async function demo() {
  const [port, bridge, dir] = [await freePort(), await freePort(), mkdtempSync(join(tmpdir(), 'lighthouse-'))];
  const env = {
    ...process.env,
    WEB_PORT: String(port),
    BRIDGE_PORT: String(bridge),
    COPILOT_DATA_DIR: dir,
    LOG_LEVEL: 'error',
  };
  const child = spawn(process.execPath, ['dist/main.js', 'up', '--demo'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  const url = `http://127.0.0.1:${port}/`;
  const stop = async () => {
    child.kill('SIGINT');
    await ended;
    rmSync(dir, { recursive: true, force: true });
  };
  for (const until = Date.now() + FIRST_CARD_WITHIN_MS; ; await pause(250)) {
    const plan = await fetch(`${url}api/focus`).catch(() => undefined);
    if (plan?.ok) return { url, stop };
    if (child.exitCode !== null || Date.now() > until) {
      await stop();
      throw new Error('the demo showed no card');
    }
  }
}

async function scoresOf(url) {
  const port = await freePort();
  const browser = await chromium.launch({
    executablePath,
    args: ['--headless', '--no-sandbox', '--disable-gpu', `--remote-debugging-port=${port}`],
  });
  try {
    // The stream never ends, so the page is judged once its load event and the first paint are through.
    const run = await lighthouse(url, {
      port,
      output: ['html', 'json'],
      onlyCategories: CATEGORIES,
      formFactor: 'desktop',
      screenEmulation: { mobile: false, width: 1280, height: 900, deviceScaleFactor: 1, disabled: false },
      throttling: {
        rttMs: 40,
        throughputKbps: 10_240,
        cpuSlowdownMultiplier: 1,
        requestLatencyMs: 0,
        downloadThroughputKbps: 0,
        uploadThroughputKbps: 0,
      },
      maxWaitForLoad: 30_000,
      logLevel: 'error',
    });
    if (!run) throw new Error('Lighthouse gave no report');
    mkdirSync(FOLDER, { recursive: true });
    for (const [i, kind] of ['html', 'json'].entries())
      writeFileSync(join(FOLDER, `lighthouse.${kind}`), run.report[i]);
    return run.lhr;
  } finally {
    await browser.close();
  }
}

const [given] = process.argv.slice(2);
const target = given === undefined ? await demo() : { url: given, stop: async () => {} };
try {
  const { categories, audits } = await scoresOf(target.url);
  const scores = CATEGORIES.map((name) => [name, Math.round((categories[name].score ?? 0) * 100)]);
  console.log(
    JSON.stringify({
      url: given ?? 'demo',
      ...Object.fromEntries(scores),
      goal: GOAL,
      report: `${FOLDER}/lighthouse.html`,
    }),
  );
  const low = scores.filter(([, score]) => score < GOAL);
  for (const [name] of low) {
    for (const { id, weight } of categories[name].auditRefs)
      if (weight > 0 && (audits[id].score ?? 1) < 0.9)
        console.error(`${name}: ${id} ${audits[id].displayValue ?? audits[id].title}`);
  }
  process.exitCode = low.length === 0 ? 0 : 1;
} finally {
  await target.stop();
}
