// What each layer achieves beside what holds it back.
import { chart, palette } from './chart.js';
import { section } from './dom.js';
import { rounded } from './format.js';
import { table } from './table.js';

const bounds = {
  memory: { title: 'memory', color: palette.blue, symbol: 'circle' },
  array: { title: 'array', color: palette.orange, symbol: 'rect' },
  input_port: { title: 'input port', color: palette.green, symbol: 'triangle' },
  weight_port: { title: 'weight port', color: palette.purple, symbol: 'diamond' },
  accumulator_port: { title: 'accumulator port', color: palette.red, symbol: 'pin' },
  commands: { title: 'commands', color: palette.grey, symbol: 'arrow' },
};

export function roofline(layers) {
  const points = layers.filter((layer) => layer.roofline.achieved_macs_per_cycle > 0);
  if (points.length === 0) return undefined;
  const used = Object.keys(bounds).filter((bound) => points.some((point) => point.roofline.bound === bound));
  const text = ({ name, roofline: at }) =>
    `${name}: ${rounded(at.achieved_macs_per_cycle)} of ${rounded(at.attainable_macs_per_cycle)} MAC/cycle, bound by ${bounds[at.bound].title}, ${rounded(at.macs_per_byte)} MAC/byte`;
  const series = used.flatMap((bound) => {
    const own = points.filter((point) => point.roofline.bound === bound);
    const { title, color, symbol } = bounds[bound];
    return [
      { type: 'scatter', name: title, symbol, symbolSize: 12, itemStyle: { color }, points: own,
        data: own.map(({ roofline: at }) => [at.macs_per_byte, at.achieved_macs_per_cycle]) },
      { type: 'scatter', name: title, symbol, symbolSize: 12, itemStyle: { color: 'none', borderColor: color, borderWidth: 1.5 }, points: own,
        data: own.map(({ roofline: at }) => [at.macs_per_byte, at.attainable_macs_per_cycle]) },
    ];
  });
  const axis = { type: 'log', minorSplitLine: { show: false }, nameLocation: 'middle' };
  return section('roofline', 'Roofline',
    chart('roofline-chart', 'Achieved (filled) and attainable (hollow) rate against bytes moved',
      `A point for each of ${points.length} layers: multiplications for each cycle against multiplications for each byte. The table holds the same numbers.`,
      380, {
        series,
        legend: { top: 0, data: used.map((bound) => bounds[bound].title) },
        grid: { left: 24, right: 24, top: 48, bottom: 36, containLabel: true },
        xAxis: { ...axis, name: 'MAC/byte', nameGap: 28 },
        yAxis: { ...axis, name: 'MAC/cycle', nameGap: 44 },
        tooltip: {
          trigger: 'item', confine: true,
          formatter: ({ seriesIndex, dataIndex }) => {
            const shown = document.createElement('span');
            shown.textContent = text(series[seriesIndex].points[dataIndex]);
            return shown;
          },
        },
      }),
    table('roofline-table', 'Roofline', [
      { key: 'layer', title: 'layer' },
      { key: 'macs_per_byte', title: 'intensity', unit: 'MAC/byte', digits: 1 },
      { key: 'bound', title: 'bound by', text: (bound) => bounds[bound]?.title ?? bound },
      { key: 'array', title: 'array in use', unit: '%', digits: 1 },
      { key: 'memory', title: 'roof of memory', unit: 'MAC/cycle', digits: 1 },
      { key: 'compute', title: 'roof of the compute engine', unit: 'MAC/cycle', digits: 1 },
      { key: 'issue', title: 'roof of commands', unit: 'MAC/cycle', digits: 1 },
      { key: 'achieved', title: 'achieved', unit: 'MAC/cycle', digits: 1 },
    ], points.map(({ name, roofline: at }) => ({
      layer: name, macs_per_byte: at.macs_per_byte, bound: at.bound, array: 100 * at.array_utilization, memory: at.memory_macs_per_cycle,
      compute: at.compute_macs_per_cycle, issue: at.issue_macs_per_cycle, achieved: at.achieved_macs_per_cycle,
    }))));
}
