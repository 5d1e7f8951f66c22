// A page of --report in headless Chromium.
import puppeteer from 'puppeteer-core';
import { pathToFileURL } from 'node:url';

export async function launch(path) {
  return puppeteer.launch({
    executablePath: path,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
}

// Opens the file and waits until its charts are drawn. What the browser complained of is in `complaints`, what it asked for
// besides the file in `requests`. `seconds` is what the page's thread took from the start to the frame after the one in which the page
// was drawn: its own time, which does not grow where the machine has other work to do.
export async function open(browser, file, width = 1200, height = 900) {
  const page = await browser.newPage();
  await page.setViewport({ width, height });
  const url = pathToFileURL(file).href;
  const complaints = [];
  const requests = [];
  page.on('console', (message) => {
    if (['error', 'warn', 'assert'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (request.url() !== url) requests.push(request.url());
  });
  const session = await page.createCDPSession();
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(url, { waitUntil: 'load' });
  await page.evaluate(() => new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(resolve));
  }));
  const { metrics } = await session.send('Performance.getMetrics');
  const seconds = metrics.find(({ name }) => name === 'TaskDuration').value;
  return { page, complaints, requests, seconds };
}
