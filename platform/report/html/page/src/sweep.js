// `hwcvp sweep`: least traffic against buffer size.
import { chart, palette } from './chart.js';
import { element, section } from './dom.js';
import { bytes, grouped, plural } from './format.js';
import { drawNests } from './nest.js';
import { table } from './table.js';

// lines: {name, color, points: [[buffer, traffic]], dashed}.
function sizeChart(id, caption, text, lines) {
  const axis = { type: 'log', logBase: 2, nameLocation: 'middle', minorSplitLine: { show: false } };
  const sizes = lines.flatMap(({ points }) => points.map(([size]) => size));
  const traffic = lines.flatMap(({ points }) => points.map(([, moved]) => moved)).filter((moved) => moved > 0);
  return chart(id, caption, text, 400, {
    series: lines.map(({ name, color, points, dashed, symbol }) => ({
      type: 'line', name, data: points.filter(([, moved]) => moved > 0), symbol: symbol ?? 'none', symbolSize: 9, itemStyle: { color },
      lineStyle: { color, width: 2, type: dashed ? 'dashed' : 'solid' },
    })),
    grid: { left: 32, right: 32, top: 64, bottom: 36, containLabel: true },
    xAxis: { ...axis, name: 'buffer, bytes', nameGap: 28, min: Math.min(...sizes), max: Math.max(...sizes), axisLabel: { formatter: bytes, hideOverlap: true } },
    yAxis: {
      ...axis, name: 'traffic, bytes', nameGap: 64, min: Math.min(...traffic) / 1.1, max: Math.max(...traffic) * 1.1,
      axisLabel: { formatter: bytes, showMinLabel: false, showMaxLabel: false },
    },
    tooltip: { trigger: 'axis', confine: true, valueFormatter: (value) => `${grouped(value)} bytes (${bytes(value)})` },
  });
}

function stackSweep({ buffers, complete }) {
  const line = (of) => buffers.map((point) => [point.buffer, of(point.totals)]);
  const rows = buffers.map((point) => ({
    buffer: point.buffer, stacks: point.stacks, traffic: point.totals.traffic.total, alone: point.totals.alone.total, proven: point.totals.proven,
    floor: point.totals.floor, optimal: point.totals.optimal, front: point.front,
  }));
  return {
    verdict: { good: complete, text: complete ? `${plural(buffers.length, 'buffer size')} searched.` : 'Interrupted: sizes are missing.' },
    sections: [section('front', 'Traffic against buffer size',
      sizeChart('sweep-chart', 'Bytes of the whole network', 'Lines of least traffic, bound and floor against buffer size. The table holds the same numbers.', [
        { name: 'stacks', color: palette.blue, symbol: 'circle', points: line((totals) => totals.traffic.total) },
        { name: 'operator by operator', color: palette.orange, symbol: 'rect', points: line((totals) => totals.alone.total) },
        { name: 'proven bound', color: palette.green, dashed: true, points: line((totals) => totals.proven) },
        { name: 'floor', color: palette.grey, dashed: true, points: line((totals) => totals.floor) },
      ]),
      table('sweep-table', 'Buffer sizes', [
        { key: 'buffer', title: 'buffer', unit: 'bytes' }, { key: 'stacks', title: 'stacks' }, { key: 'traffic', title: 'traffic', unit: 'bytes' },
        { key: 'alone', title: 'operator by operator', unit: 'bytes' }, { key: 'proven', title: 'proven bound', unit: 'bytes' },
        { key: 'floor', title: 'floor', unit: 'bytes' }, { key: 'optimal', title: 'optimal' }, { key: 'front', title: 'on the front' },
      ], rows))],
  };
}

// Least, bound and floor of one layer.
function layerLines(layer) {
  const points = layer.points.filter((point) => point.fits);
  const line = (of) => points.map((point) => [point.buffer_bytes, of(point)]);
  return [
    { name: 'least traffic', color: palette.blue, symbol: 'circle', points: line((point) => point.traffic.total) },
    { name: 'proven bound', color: palette.green, dashed: true, points: line((point) => point.lower_bound.proven) },
    { name: 'published bound', color: palette.purple, dashed: true, points: line((point) => point.lower_bound.published) },
    { name: 'floor', color: palette.grey, dashed: true, points: line((point) => point.lower_bound.compulsory) },
  ];
}

function summary({ layers, totals }) {
  const lines = [];
  if (totals.length > 1) {
    const [first] = totals;
    const last = totals[totals.length - 1];
    lines.push(`From ${bytes(first.buffer_bytes)} to ${bytes(last.buffer_bytes)} of buffer, traffic falls from ${bytes(first.traffic.total)} to ${bytes(last.traffic.total)}.`);
    // The step that saves most of what is moved.
    const steps = totals.slice(1).map((to, i) => ({ from: totals[i], to, factor: totals[i].traffic.total / to.traffic.total }));
    const best = steps.reduce((a, b) => (b.factor > a.factor ? b : a));
    lines.push(`The step that saves most is from ${bytes(best.from.buffer_bytes)} to ${bytes(best.to.buffer_bytes)}: ${best.factor.toFixed(2)} times less traffic.`);
  }
  const settled = layers.filter((layer) => layer.points.some((point) => point.fits && point.traffic.total === point.lower_bound.compulsory));
  lines.push(`With one of these sizes ${settled.length} of ${plural(layers.length, 'layer')} ${settled.length === 1 ? 'reaches its' : 'reach their'} floor: every element moves once.`);
  return section('summary', 'Summary', element('ul', {}, ...lines.map((line) => element('li', {}, line))));
}

export function sweep(document) {
  if (document.buffers?.length === 0) return { verdict: { good: false, text: 'Interrupted before any schedule was found.' }, sections: [] };
  if (document.buffers) return stackSweep(document);
  const { layers, totals, complete, whole_network: network } = document;
  const points = layers.flatMap((layer) => layer.points);
  if (!points.some((point) => point.fits)) {
    return { verdict: { good: complete, text: complete ? 'Nothing fits into these buffers.' : 'Interrupted before any schedule was found.' }, sections: [] };
  }
  const proven = points.filter((point) => point.fits && point.optimal).length;
  const floor = layers.every((layer) => layer.points.some((point) => point.fits))
    ? layers.reduce((sum, layer) => sum + layer.points.find((point) => point.fits).lower_bound.compulsory, 0) : 0;
  const line = (of) => totals.map((total) => [total.buffer_bytes, of(total)]);
  const lines = [
    { name: 'least traffic', color: palette.blue, symbol: 'circle', points: line((total) => total.traffic.total) },
    { name: 'proven bound', color: palette.green, dashed: true, points: line((total) => total.lower_bound.proven) },
    { name: 'published bound', color: palette.purple, dashed: true, points: line((total) => total.lower_bound.published) },
    { name: 'floor', color: palette.grey, dashed: true, points: line(() => floor) },
  ];
  if (network) {
    lines.push({
      name: 'with all operators', color: palette.orange, symbol: 'rect',
      points: network.filter((point) => point.fits).map((point) => [point.buffer_bytes, point.totals.predicted.traffic.total]),
    });
  }
  const first = layers.find((layer) => layer.points.some((point) => point.fits));
  const shown = totals.length > 0 ? lines : layerLines(first);
  const pointRows = layers.flatMap((layer) => layer.points.filter((point) => point.fits).map((point) => ({
    layer: layer.name, buffer: point.buffer_bytes, used: point.buffer.total, traffic: point.traffic.total, proven: point.lower_bound.proven,
    published: point.lower_bound.published, compulsory: point.lower_bound.compulsory, optimal: point.optimal, front: point.front,
  })));
  return {
    verdict: {
      good: complete,
      text: complete ? `Proven optimal: ${proven} of ${plural(points.length, 'point')} (${plural(layers.length, 'layer')}, each buffer size).` : 'Interrupted: points are missing.',
    },
    sections: [
      summary(document),
      section('front', 'Traffic against buffer size',
        sizeChart('sweep-chart', totals.length > 0 ? 'Bytes of all layers in one buffer, both axes logarithmic' : `Bytes of ${first.name}, both axes logarithmic`,
          'Lines of least traffic, bounds and floor against buffer size. The table holds the same numbers.', shown),
        totals.length > 0 ? table('sweep-table', 'All layers in one buffer', [
          { key: 'buffer', title: 'buffer', unit: 'bytes' }, { key: 'used', title: 'used', unit: 'bytes' }, { key: 'traffic', title: 'traffic', unit: 'bytes' },
          { key: 'proven', title: 'proven bound', unit: 'bytes' }, { key: 'published', title: 'published bound', unit: 'bytes' },
          { key: 'optimal', title: 'optimal' }, { key: 'front', title: 'on the front' },
        ], totals.map((total) => ({
          buffer: total.buffer_bytes, used: total.used_bytes, traffic: total.traffic.total, proven: total.lower_bound.proven,
          published: total.lower_bound.published, optimal: total.optimal, front: total.front,
        }))) : undefined),
      section('layers', 'Layers', table('point-table', 'Layers and buffer sizes', [
        { key: 'layer', title: 'layer' }, { key: 'buffer', title: 'buffer', unit: 'bytes' }, { key: 'used', title: 'used', unit: 'bytes' },
        { key: 'traffic', title: 'traffic', unit: 'bytes' }, { key: 'proven', title: 'proven bound', unit: 'bytes' },
        { key: 'published', title: 'published bound', unit: 'bytes' }, { key: 'compulsory', title: 'floor', unit: 'bytes' },
        { key: 'optimal', title: 'optimal' }, { key: 'front', title: 'on the front' },
      ], pointRows)),
      section('schedules', 'Schedules', drawNests(layers.flatMap((layer) => layer.points.filter((point) => point.fits && point.front).map((point) => ({
        name: `${layer.name}, ${bytes(point.buffer_bytes)}`, schedule: point.schedule, layer: layer.layer, buffer: point.buffer,
      }))))),
    ],
  };
}
