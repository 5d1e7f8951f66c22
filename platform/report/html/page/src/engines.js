// What the engines do with their time.
import { chart, palette } from './chart.js';
import { section } from './dom.js';
import { percent } from './format.js';
import { table } from './table.js';

const states = [
  { key: 'busy', title: 'busy', color: palette.green, of: (engine) => engine.busy_cycles },
  { key: 'memory', title: 'stalled on memory', color: palette.blue, of: (engine) => engine.stalled_on.memory_cycles },
  { key: 'engines', title: 'stalled on engines', color: palette.orange, of: (engine) => engine.stalled_on.engines_cycles },
  { key: 'idle', title: 'idle', color: '#d4dbe2', of: (engine) => engine.idle_cycles },
];

// Engines that never work are left out.
function usedEngines(total) {
  return Object.keys(total).filter((name) => total[name].busy_cycles > 0);
}

// layers: {name, engines}; `total` the engines of all of them.
export function engines(layers, total) {
  const used = usedEngines(total);
  const bars = layers.length > 1 ? [...layers, { name: 'total', engines: total }] : layers;
  const names = bars.flatMap(({ name }) => used.map((engine) => `${name}: ${engine}`));
  const all = bars.flatMap((layer) => used.map((engine) => layer.engines[engine]));
  const cycles = all.map((engine) => states.reduce((sum, { of }) => sum + of(engine), 0));
  const series = states.map(({ title, color, of }) => ({
    type: 'bar', stack: 'time', name: title, itemStyle: { color }, barMaxWidth: 14,
    data: all.map((engine, i) => (cycles[i] > 0 ? (100 * of(engine)) / cycles[i] : 0)),
  }));
  const rows = bars.flatMap((layer) => used.map((name) => {
    const engine = layer.engines[name];
    return { layer: layer.name, engine: name, ...Object.fromEntries(states.map(({ key, of }) => [key, Math.round(of(engine))])) };
  }));
  return section('engines', 'Time of the engines',
    chart('engines-chart', 'Share of each layer\u2019s cycles, %',
      `Bars of what ${used.join(', ')} do in each of ${layers.length} layers: busy, stalled or idle. The table holds the cycles.`,
      Math.max(200, 84 + names.length * 15), {
        series,
        grid: { left: 8, right: 24, top: 48, bottom: 8, containLabel: true },
        xAxis: { type: 'value', max: 100, axisLabel: { formatter: '{value} %' } },
        yAxis: { type: 'category', inverse: true, data: names, axisLabel: { width: 150, overflow: 'truncate', fontSize: 11 } },
        tooltip: { trigger: 'axis', confine: true, axisPointer: { type: 'shadow' }, valueFormatter: (value) => percent(value, 100) },
      }),
    table('engines-table', 'Cycles of the engines', [
      { key: 'layer', title: 'layer' }, { key: 'engine', title: 'engine' },
      ...states.map(({ key, title }) => ({ key, title, unit: 'cycles' })),
    ], rows));
}
