// What a DRAM with banks and rows did.
import { chart, palette } from './chart.js';
import { section } from './dom.js';
import { grouped, percent } from './format.js';
import { table } from './table.js';

const rows = [
  { key: 'row_hits', title: 'row hits', color: palette.green },
  { key: 'row_misses', title: 'row misses', color: palette.orange },
  { key: 'row_conflicts', title: 'row conflicts', color: palette.red },
];

export function dram(statistics) {
  const accesses = rows.reduce((sum, { key }) => sum + statistics[key], 0);
  const latency = statistics.latency_ns;
  const figures = [
    ['requests', statistics.requests, 'requests'],
    ['bytes asked for', statistics.request_bytes, 'bytes'],
    ['bytes in bursts', statistics.burst_bytes, 'bytes'],
    ...rows.map(({ key, title }) => [title, statistics[key], 'accesses']),
    ['activates', statistics.activates, 'commands'],
    ['precharges', statistics.precharges, 'commands'],
    ['refreshes', statistics.refreshes, 'commands'],
    ['refreshes of banks', statistics.bank_refreshes, 'commands'],
    ['rate while busy', statistics.busy_gb_per_s, 'GB/s'],
    ['peak rate', statistics.peak_gb_per_s, 'GB/s'],
    ['latency, mean', latency.mean, 'ns'],
    ['latency, 99 %', latency.p99, 'ns'],
    ['latency, most', latency.max, 'ns'],
    ...Object.entries(statistics.energy_mj).map(([part, energy]) => [`energy, ${part}`, energy, 'mJ']),
  ].map(([figure, value, unit]) => ({ figure, value, unit }));
  const shares = rows.map(({ key, title }) => `${title} ${percent(statistics[key], accesses)}`).join(', ');
  return section('dram', `DRAM ${statistics.name}`,
    chart('dram-chart', 'Row hits, misses and conflicts, accesses', `One bar of ${grouped(accesses)} accesses: ${shares}.`, 130, {
      series: rows.map(({ key, title, color }) => ({
        type: 'bar', stack: 'rows', name: title, itemStyle: { color }, barMaxWidth: 30, data: [statistics[key]],
      })),
      xAxis: { type: 'value', max: accesses, axisLabel: { hideOverlap: true } },
      yAxis: { type: 'category', data: [''] },
      grid: { left: 8, right: 36, top: 44, bottom: 4, containLabel: true },
      tooltip: { trigger: 'item', confine: true, valueFormatter: (value) => `${grouped(value)} (${percent(value, accesses)})` },
    }),
    table('dram-table', 'DRAM', [{ key: 'figure', title: 'figure' }, { key: 'value', title: 'value' }, { key: 'unit', title: 'unit' }], figures));
}
