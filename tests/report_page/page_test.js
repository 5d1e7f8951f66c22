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
  assert.ok(seconds > 0 && seconds < kMostSeconds, `drawn in ${seconds} s`);
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  const charts = await page.evaluate(() => [...document.querySelectorAll('.canvas')].map((canvas) =>
    canvas.querySelectorAll('svg path').length));
  assert.ok(charts.every((paths) => paths > 0), `paths of charts: ${charts}`);
  assert.deepEqual(complaints, []);
  assert.deepEqual(requests, []);
  assert.deepEqual(await seriousFindings(page), []);
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

test('run: engines, schedules, roofline, DRAM and bandwidth are the document\u2019s', async () => {
  const { file, document } = report('dram', ['run', '--network', 'alexnet', '--buffer', '64KiB', '--cpu', 'native', '--timing-only',
    '--dram', 'ddr4-2400']);
  const page = await check(file);
  const engines = await rowsOf(page, 'engines-table');
  const busy = engines.find((row) => row.layer === 'conv2' && row.engine === 'compute').busy;
  assert.equal(busy, String(Math.round(document.layers[1].observed.engines.compute.busy_cycles)));
  const roofline = await rowsOf(page, 'roofline-table');
  document.layers.forEach((layer, i) => {
    assert.equal(roofline[i].bound, layer.observed.roofline.bound);
    assert.equal(roofline[i].achieved, String(layer.observed.roofline.achieved_macs_per_cycle));
  });
  const dram = await rowsOf(page, 'dram-table');
  assert.equal(dram.find((row) => row.figure === 'row hits').value, String(document.dram.row_hits));
  const nests = await page.evaluate(() => [...document.querySelectorAll('.nest')].map((nest) => nest.textContent));
  assert.equal(nests.length, document.layers.length);
  document.layers.forEach((layer, i) => {
    for (const tensor of ['input', 'weight', 'output']) assert.ok(nests[i].includes(`[${tensor} buffer: ${layer.buffer[tensor].toLocaleString('en-US')} bytes`));
    for (const { dim, tile } of layer.schedule.loops) assert.match(nests[i], new RegExp(`for ${dim} in \\d+ by ${tile}`));
  });
  // The windows hold every byte once.
  const recorded = await page.evaluate(() => JSON.parse(document.getElementById('data').textContent).recorded.bandwidth);
  document.layers.forEach((layer, i) => {
    assert.ok(recorded[i].bytes.length <= 128);
    assert.equal(recorded[i].bytes.reduce((sum, bytes) => sum + bytes, 0), layer.observed.traffic.total);
  });
  await page.close();
});

test('a run of 100 layers stays small and quick', async () => {
  const page = readFileSync(join(folder, 'dram.html'), 'utf8');
  const mark = 'id="data">';
  const begin = page.indexOf(mark) + mark.length;
  const end = page.indexOf('</script>', begin);
  const data = JSON.parse(page.slice(begin, end));
  const repeated = (list, more) => Array.from({ length: 100 }, (_, i) => ({ ...list[i % list.length], ...more(i) }));
  data.document.layers = repeated(data.document.layers, (i) => ({ name: `layer ${i}` }));
  data.recorded.bandwidth = repeated(data.recorded.bandwidth, (i) => ({
    name: `layer ${i}`, start_us: i * 1e4, seconds: 0.01, window_us: 1e4 / 128, bytes: Array.from({ length: 128 }, (__, window) => 1e6 + window),
  }));
  const file = join(folder, 'hundred.html');
  writeFileSync(file, page.slice(0, begin) + JSON.stringify(data).replaceAll('<', '\\u003c') + page.slice(end));
  const opened = await check(file);
  assert.equal((await rowsOf(opened, 'layer-table')).length, 100);
  await opened.close();
});

test('infer: operators are the document\u2019s', async () => {
  const { file, document, status } = report('infer', ['infer', '--network', 'alexnet', '--buffer', '64KiB', '--cpu', 'native', '--timing-only']);
  assert.equal(status, 0);
  const page = await check(file);
  const rows = await rowsOf(page, 'operator-table');
  assert.equal(rows.length, document.operators.length);
  document.operators.forEach((operator, i) => {
    assert.equal(rows[i].operator, operator.name);
    for (const [key, value] of Object.entries(operator.observed.traffic)) assert.equal(rows[i][key], String(value));
    assert.equal(rows[i].cycles, String(operator.observed.cycles));
  });
  await page.close();
});

function writeLayer(name) {
  const layer = join(folder, `${name}.json`);
  writeFileSync(layer, JSON.stringify({
    name, in_channels: 16, in_height: 20, in_width: 20, out_channels: 24, kernel_shape: [3, 3], input_type: 'int16', weight_type: 'int16',
    output_type: 'int16',
  }));
  return layer;
}

test('optimize: bounds and proofs are the document\u2019s', async () => {
  const { file, document } = report('optimize', ['optimize', '--layer', writeLayer('small'), '--buffer', '4KiB']);
  const page = await check(file);
  const [row] = await rowsOf(page, 'proof-table');
  const [layer] = document.layers;
  assert.equal(row.traffic, String(layer.traffic.total));
  for (const bound of ['compulsory', 'published', 'proven']) assert.equal(row[bound], String(layer.lower_bound[bound]));
  assert.equal(row.optimal, String(layer.optimal));
  assert.equal(layer.optimal, true);
  assert.match(await page.$eval('#verdict', (verdict) => verdict.textContent), /Proven optimal: the schedule/);
  await page.close();
});

test('optimize --stacks: stacks are the document\u2019s', async () => {
  const { file, document } = report('stacks', ['optimize', '--network', 'mobilenetv2', '--buffer', '512KiB', '--stacks', '--time-limit', '1']);
  const page = await check(file);
  const rows = await rowsOf(page, 'stack-table');
  assert.equal(rows.length, document.stacks.length);
  document.stacks.forEach((stack, i) => {
    assert.equal(rows[i].stack, stack.ops.join(', '));
    assert.equal(rows[i].total, String(stack.traffic.total));
  });
  await page.close();
});

test('sweep: points are the document\u2019s', async () => {
  const { file, document } = report('sweep', ['sweep', '--layer', writeLayer('swept'), '--buffers', '1KiB..16KiB']);
  const page = await check(file);
  const totals = await rowsOf(page, 'sweep-table');
  assert.equal(totals.length, document.totals.length);
  document.totals.forEach((total, i) => {
    assert.equal(totals[i].buffer, String(total.buffer_bytes));
    assert.equal(totals[i].traffic, String(total.traffic.total));
    assert.equal(totals[i].proven, String(total.lower_bound.proven));
  });
  const points = await rowsOf(page, 'point-table');
  document.layers[0].points.forEach((point, i) => assert.equal(points[i].traffic, String(point.traffic.total)));
  await page.close();
});

test('compare: machines are the document\u2019s', async () => {
  const { file, document } = report('compare', ['compare', '--layer', writeLayer('compared'), '--buffers', '2KiB,8KiB', '--cpu', 'native']);
  const page = await check(file);
  const rows = await rowsOf(page, 'compare-table');
  const [layer] = document.layers;
  [...layer.hwc, ...layer.hwce].forEach((run, i) => {
    assert.equal(rows[i].total, String(run.observed.traffic.total));
    assert.equal(rows[i].predicted, String(run.predicted.traffic.total));
  });
  await page.close();
});

test('accuracy: errors are the document\u2019s', async () => {
  const { file, document } = report('accuracy', ['accuracy', '--layer', writeLayer('judged'), '--buffer', '4KiB', '--cpu', 'native']);
  const page = await check(file);
  const rows = await rowsOf(page, 'model-table');
  document.models.forEach((model, i) => {
    assert.equal(rows[i].model, model.model);
    assert.equal(rows[i].worst_bytes, String(model.worst_error_bytes));
  });
  await page.close();
});

test('interrupted commands have pages, too', async () => {
  const page = readFileSync(join(folder, 'sweep.html'), 'utf8');
  const mark = 'id="data">';
  const begin = page.indexOf(mark) + mark.length;
  const end = page.indexOf('</script>', begin);
  for (const [command, document] of [
    ['sweep', { layers: [{ name: 'a', points: [] }], totals: [], complete: false }],
    ['sweep', { buffers: [], complete: false }],
    ['optimize', { layers: [] }],
    ['run', { layers: [], totals: null, complete: false, injected_faults: [], not_run: [] }],
  ]) {
    const data = { ...JSON.parse(page.slice(begin, end)), command, document };
    const file = join(folder, 'interrupted.html');
    writeFileSync(file, page.slice(0, begin) + JSON.stringify(data) + page.slice(end));
    const opened = await check(file);
    assert.match(await opened.$eval('#verdict', (verdict) => verdict.textContent), /Interrupted/);
    await opened.close();
  }
});
