// Writes reports with the program HWCVP_PROGRAM and looks at them in the browser HWCVP_CHROMIUM. What the page shows is compared
// with the JSON document that the same command prints.
import axe from 'axe-core';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { launch, open } from './browser.js';

const { HWCVP_CHROMIUM: chromium, HWCVP_PROGRAM: hwcvp } = process.env;
const kMostBytes = 5e6;
const kMostSeconds = 2;

let browser;
let folder;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hwcvp-report-'));
  browser = await launch(chromium);
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

// Runs the command; its page, its document and its exit status.
function report(name, args) {
  const file = join(folder, `${name}.html`);
  let status = 0;
  let output;
  try {
    output = execFileSync(hwcvp, [...args, '--json', '--report', file], {
      maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (error) {
    status = error.status;
    output = error.stdout;
  }
  return { file, document: output.length > 0 ? JSON.parse(output) : null, status };
}

// The rows of a table, as the values that its cells hold by their keys.
function rowsOf(page, id, part = 'tbody') {
  return page.evaluate((where) => [...document.querySelectorAll(where)].map((row) => Object.fromEntries(
    [...row.children].filter((cell) => cell.dataset.value !== undefined)
      .map((cell) => [cell.dataset.key, cell.dataset.value]))), `#${id} ${part} tr`);
}

// The same, as the text that people read: numbers without what groups their digits.
function textsOf(page, id) {
  return page.evaluate((where) => [...document.querySelectorAll(where)].map((row) => Object.fromEntries(
    [...row.children].map((cell) => [cell.dataset.key, cell.textContent.replaceAll(',', '')]))), `#${id} tbody tr`);
}

async function seriousFindings(page) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run(document));
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).slice(0, 3).join(' | ')}`);
}

// What holds for every page.
async function check(file) {
  assert.ok(statSync(file).size < kMostBytes, `${statSync(file).size} bytes`);
  const { page, complaints, requests, seconds } = await open(browser, file);
  assert.deepEqual(complaints, []);
  assert.deepEqual(requests, []);
  assert.ok(seconds < kMostSeconds, `drawn after ${seconds} s`);
  assert.deepEqual(await seriousFindings(page), []);
  const charts = await page.evaluate(() => [...document.querySelectorAll('.canvas')].map((canvas) =>
    canvas.querySelectorAll('svg path').length));
  assert.ok(charts.every((paths) => paths > 0), `paths of charts: ${charts}`);
  const headings = await page.evaluate(() => [...document.querySelectorAll('thead th')].map((cell) => cell.textContent));
  assert.ok(headings.every((heading) => heading.length > 0));
  return page;
}

async function checkTraffic(page, layers, sides) {
  const rows = await textsOf(page, 'traffic-table');
  assert.equal(rows.length, layers.length * sides.length);
  layers.forEach((layer, i) => sides.forEach((side, j) => {
    const row = rows[sides.length * i + j];
    for (const [key, value] of Object.entries(layer[side].traffic)) assert.equal(row[key], String(value), `${layer.name} ${key}`);
  }));
}

test('run: the page says what the document says', async () => {
  const { file, document, status } = report('run', ['run', '--network', 'alexnet', '--buffer', '64KiB', '--cpu', 'native', '--timing-only']);
  assert.equal(status, 0);
  const page = await check(file);
  await checkTraffic(page, document.layers, ['predicted', 'observed']);
  const rows = await rowsOf(page, 'layer-table');
  document.layers.forEach((layer, i) => {
    assert.equal(rows[i].layer, layer.name);
    assert.equal(rows[i].predicted_bytes, String(layer.predicted.traffic.total));
    assert.equal(rows[i].observed_bytes, String(layer.observed.traffic.total));
    assert.equal(rows[i].cycles, String(layer.observed.cycles));
    assert.equal(rows[i].bound, layer.observed.roofline.bound);
  });
  const [total] = await rowsOf(page, 'layer-table', 'tfoot');
  assert.equal(total.observed_bytes, String(document.totals.observed.traffic.total));
  assert.match(await page.$eval('#verdict', (verdict) => verdict.textContent), /equal in all 8 layers/);
  await page.close();
});

test('tables sort by every column, with the keyboard, and leave as CSV', async () => {
  const { page } = await open(browser, join(folder, 'run.html'));
  const before = (await rowsOf(page, 'layer-table')).map((row) => Number(row.cycles));
  await page.focus('#layer-table thead th:nth-child(6) button');
  await page.keyboard.press('Enter');
  const ascending = (await rowsOf(page, 'layer-table')).map((row) => Number(row.cycles));
  assert.deepEqual(ascending, [...before].sort((a, b) => a - b));
  await page.keyboard.press('Enter');
  assert.deepEqual((await rowsOf(page, 'layer-table')).map((row) => Number(row.cycles)), ascending.reverse());
  const csv = await page.evaluate(() => new Promise((resolve) => {
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => {
      blob.text().then(resolve);
      return make(blob);
    };
    document.querySelector('#layer-table .csv').click();
  }));
  const lines = csv.split('\r\n');
  assert.equal(lines.length, 1 + before.length + 1 + 1);  // titles, layers, total, the end
  assert.match(lines[0], /"predicted, bytes"/);
  assert.ok(lines[1].split(',').includes(String(before[0])));
  await page.close();
});

test('a narrow screen does not scroll sideways', async () => {
  const { page } = await open(browser, join(folder, 'run.html'), 360, 740);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= 360, `${width} pixels`);
  await page.close();
});

test('names are text, whatever is in them', async () => {
  const name = '</script><script>console.error("ran")</script><!--<b>&amp;"\u2028';
  const layer = join(folder, 'layer.json');
  writeFileSync(layer, JSON.stringify({ name, in_channels: 2, in_height: 5, in_width: 5, out_channels: 3, kernel_shape: [3, 3] }));
  const { file } = report('names', ['run', '--layer', layer, '--buffer', '4KiB', '--cpu', 'native']);
  assert.ok(!readFileSync(file, 'utf8').includes('<script>console'));
  const page = await check(file);
  const [row] = await rowsOf(page, 'layer-table');
  assert.equal(row.layer, name);
  await page.close();
});

test('a run that disagrees says so, and where', async () => {
  const layer = join(folder, 'flipped.json');
  writeFileSync(layer, JSON.stringify({ name: 'flipped', in_channels: 4, in_height: 9, in_width: 9, out_channels: 8, kernel_shape: [3, 3] }));
  // Early reads are of the job, which has a checksum; then come those of the layer.
  let flipped;
  for (let read = 150; flipped?.status !== 1 && read < 220; ++read) {
    flipped = report('flipped', ['run', '--layer', layer, '--buffer', '4KiB', '--cpu', 'native', '--set', `faults.bit_flip_at=${read}`]);
  }
  const { file, document, status } = flipped;
  assert.equal(status, 1);
  assert.ok(document.totals.mismatches > 0);
  const page = await check(file);
  const verdict = await page.$eval('#verdict', (paragraph) => [paragraph.className, paragraph.textContent]);
  assert.match(verdict[0], /bad/);
  assert.match(verdict[1], /differ from the reference in 1 layer: flipped/);
  const [row] = await rowsOf(page, 'layer-table');
  assert.equal(row.output, `${document.totals.mismatches} wrong`);
  assert.match(await page.$eval('#summary', (summary) => summary.textContent), /injected fault/);
  await page.close();
});
