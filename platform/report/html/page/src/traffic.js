// What tensors move, as a chart and as columns of tables.
import { chart, palette } from './chart.js';
import { axisBytes, bytes, grouped } from './format.js';

// The parts of a traffic object of the JSON document, in its order of reading.
export const kinds = [
  { key: 'input_read', title: 'input read', color: palette.blue },
  { key: 'weight_read', title: 'weights read', color: palette.orange },
  { key: 'output_write', title: 'output written', color: palette.green },
  { key: 'psum_read', title: 'partial sums read', color: palette.purple },
  { key: 'psum_write', title: 'partial sums written', color: palette.red },
  { key: 'params_read', title: 'parameters read', color: palette.grey },
];

export const columns = [
  { key: 'total', title: 'total', unit: 'bytes' },
  ...kinds.map(({ key, title }) => ({ key, title, unit: 'bytes' })),
];

// Bars of each layer. groups: {title, decal, traffic: [traffic of each layer]}; several stand beside one another.
export function trafficChart(id, caption, names, groups) {
  const used = kinds.filter(({ key }) => groups.some((group) => group.traffic.some((traffic) => traffic[key] > 0)));
  const series = groups.flatMap((group) => used.map(({ key, title, color }) => ({
    type: 'bar',
    stack: group.title,
    name: title,
    itemStyle: group.faint ? { color, opacity: 0.45 } : { color },
    data: group.traffic.map((traffic) => traffic[key]),
    barMaxWidth: 18,
    groupTitle: group.title,
  })));
  const many = groups.length > 1 ? `, ${groups.map((group) => group.title).join(' beside ')}` : '';
  return chart(id, caption,
    `Bars of the bytes that each of ${names.length} layers moves, by tensor${many}. The table holds the same numbers.`,
    Math.max(220, 90 + names.length * (groups.length > 1 ? 34 : 22)), {
      series,
      legend: { top: 0, data: used.map(({ title, color }) => ({ name: title, itemStyle: { color, opacity: 1 } })) },
      xAxis: { type: 'value', axisLabel: { formatter: axisBytes, hideOverlap: true } },
      yAxis: { type: 'category', inverse: true, data: names, axisLabel: { width: 120, overflow: 'truncate' } },
      tooltip: {
        trigger: 'item',
        confine: true,
        formatter: ({ seriesIndex, seriesName, name, value }) => {
          const text = document.createElement('span');
          text.textContent = `${name}: ${seriesName}, ${series[seriesIndex].groupTitle}: ${grouped(value)} bytes (${bytes(value)})`;
          return text;
        },
      },
    });
}
