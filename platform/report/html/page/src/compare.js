// `hwcvp compare`: the HWC beside the baseline accelerator.
import { chart, palette } from './chart.js';
import { element, section } from './dom.js';
import { axisBytes, bytes, grouped, plural } from './format.js';
import { table } from './table.js';
import { columns as trafficColumns } from './traffic.js';

const colors = Object.values(palette);

function machines(entry) {
  return [
    ...entry.hwc.map((run) => ({ ...run, machine: `HWC, ${bytes(run.buffer_bytes)}` })),
    ...entry.hwce.map((run) => ({ ...run, machine: `HWCE, ${plural(run.mode, 'map')} at once` })),
  ];
}

function rowsOf(name, entry) {
  return machines(entry).map((run) => ({
    layer: name, machine: run.machine, ...run.observed.traffic, predicted: run.predicted.traffic.total, cycles: run.observed.cycles,
    match: run.match, verified: run.output.verified, class: run.match && run.output.verified ? undefined : 'bad',
    ...Object.fromEntries(Object.entries(run.reduction ?? {}).map(([mode, times]) => [`reduction_${mode}`, times])),
  }));
}

export function compare(document) {
  const { layers, totals, unsupported, reached, complete } = document;
  const rows = layers.flatMap((layer) => rowsOf(layer.name, layer));
  const wrong = rows.filter((row) => row.class).map((row) => `${row.layer} on ${row.machine}`);
  const names = [...new Set(layers.flatMap((layer) => machines(layer).map(({ machine }) => machine)))];
  const lines = [];
  for (const { mode, reduction, buffer_bytes: buffer } of reached ?? []) {
    lines.push(buffer === null || buffer === undefined
      ? `None of these buffers makes ${reduction} times less traffic than the HWCE with ${plural(mode, 'map')} at once.`
      : `From ${bytes(buffer)} of buffer on, the HWC makes at least ${reduction} times less traffic than the HWCE with ${plural(mode, 'map')} at once.`);
  }
  for (const total of totals?.hwc ?? []) {
    lines.push(`With ${bytes(total.buffer_bytes)} the HWC moves ${bytes(total.observed.traffic.total)}: ${Object.entries(total.reduction).map(([mode, times]) => `${times.toFixed(1)} times less than the HWCE with ${plural(Number(mode), 'map')} at once`).join(', ')}.`);
  }
  if (unsupported.length > 0) lines.push(`The HWCE cannot run ${unsupported.map(({ name, reason }) => `${name} (${reason})`).join(', ')}.`);
  const modes = [...new Set(rows.flatMap((row) => Object.keys(row)).filter((key) => key.startsWith('reduction_')))];
  const columns = [
    { key: 'layer', title: 'layer' }, { key: 'machine', title: 'machine' }, ...trafficColumns, { key: 'predicted', title: 'predicted total', unit: 'bytes' },
    { key: 'cycles', title: 'observed', unit: 'cycles' },
    ...modes.map((key) => ({ key, title: `less than HWCE, ${plural(Number(key.slice(10)), 'map')}`, unit: 'times', digits: 2 })),
    { key: 'match', title: 'bytes agree' }, { key: 'verified', title: 'output verified' },
  ];
  let verdict;
  if (!complete) {
    verdict = { good: false, text: 'Interrupted: entries are missing.' };
  } else if (wrong.length > 0) {
    verdict = { good: false, text: `Bytes or outputs disagree: ${wrong.join(', ')}.` };
  } else {
    verdict = { good: true, text: `Predicted and observed bytes are equal and every output is verified: ${plural(layers.length, 'layer')} on ${plural(names.length, 'machine')}.` };
  }
  return {
    verdict,
    sections: [
      section('summary', 'Summary', element('ul', {}, ...lines.map((line) => element('li', {}, line)))),
      section('traffic', 'Traffic by layer and machine',
        chart('traffic-chart', 'Observed bytes, logarithmic', `Bars of the bytes that ${plural(layers.length, 'layer')} move on ${plural(names.length, 'machine')}. The table holds the same numbers.`,
          110 + layers.length * (20 + 12 * names.length), {
            series: names.map((name, i) => ({
              type: 'bar', name, itemStyle: { color: colors[i % colors.length] }, barMaxWidth: 14,
              data: layers.map((layer) => machines(layer).find(({ machine }) => machine === name)?.observed.traffic.total ?? null),
            })),
            xAxis: { type: 'log', min: 1e3, axisLabel: { formatter: axisBytes, hideOverlap: true } },
            yAxis: { type: 'category', inverse: true, data: layers.map((layer) => layer.name), axisLabel: { width: 120, overflow: 'truncate' } },
            grid: { left: 8, right: 24, top: 84, bottom: 8, containLabel: true },
            tooltip: { trigger: 'axis', confine: true, axisPointer: { type: 'shadow' }, valueFormatter: (value) => `${grouped(value)} bytes` },
          }),
        table('compare-table', 'Layers on each machine, as observed', columns, rows),
        totals ? table('total-table', 'All layers', columns.filter(({ key }) => key !== 'layer'), rowsOf('total', totals)) : undefined),
    ],
  };
}
