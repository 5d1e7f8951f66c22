// `hwcvp optimize`: the best schedules, what they move and why nothing moves less.
import { element, note, section } from './dom.js';
import { bytes, grouped, percent, plural } from './format.js';
import { drawNests } from './nest.js';
import { table } from './table.js';
import { columns as trafficColumns, trafficChart } from './traffic.js';

const proofs = {
  compulsory: 'every element moves once: no schedule moves less',
  residence: 'what can stay in the buffer and for how long leaves no schedule that moves less',
  exhaustive: 'every schedule that could move less was looked at',
  enumeration: 'every cut was looked at',
};

function list(lines) {
  return element('ul', {}, ...lines.map((line) => element('li', {}, line)));
}

// Why a schedule is the one, in words.
function reason(layer) {
  const found = layer.cost.total;
  if (layer.optimal) return `optimal: ${proofs[layer.proof] ?? layer.proof}`;
  if (layer.latency) return `at most ${percent(layer.latency.cycles - layer.latency.lower_bound, layer.latency.lower_bound)} above the bound on cycles`;
  if (layer.cost.proven > 0) return `at most ${percent(found - layer.cost.proven, layer.cost.proven)} above what is proven`;
  return 'no bound';
}

function proofTable(layers) {
  const rows = layers.map((layer) => ({
    layer: layer.name, traffic: layer.traffic.total, compulsory: layer.lower_bound.compulsory, published: layer.lower_bound.published,
    proven: layer.lower_bound.proven, over: layer.lower_bound.compulsory > 0 ? layer.traffic.total / layer.lower_bound.compulsory : null,
    cycles: layer.latency?.cycles, cycles_bound: layer.latency?.lower_bound, bus: layer.bus_bytes?.total,
    optimal: layer.optimal, why: reason(layer), buffer: layer.buffer.total, evaluated: layer.evaluated, seconds: layer.seconds,
  }));
  const columns = [
    { key: 'layer', title: 'layer' },
    { key: 'traffic', title: 'traffic', unit: 'bytes' },
    { key: 'compulsory', title: 'compulsory bound', unit: 'bytes' },
    { key: 'published', title: 'published bound', unit: 'bytes' },
    { key: 'proven', title: 'proven bound', unit: 'bytes' },
    { key: 'over', title: 'traffic over compulsory', unit: 'times', digits: 2 },
    { key: 'cycles', title: 'estimated', unit: 'cycles' },
    { key: 'cycles_bound', title: 'bound', unit: 'cycles' },
    { key: 'bus', title: 'on the bus', unit: 'bytes' },
    { key: 'buffer', title: 'buffers', unit: 'bytes' },
    { key: 'optimal', title: 'optimal' },
    { key: 'why', title: 'why this schedule' },
    { key: 'evaluated', title: 'evaluated', unit: 'schedules' },
    { key: 'seconds', title: 'search', unit: 's', digits: 2 },
  ].filter(({ key }) => rows.some((row) => row[key] !== undefined));
  return table('proof-table', 'Bounds and proofs', columns, rows);
}

function stacks({ stacks: all, totals }) {
  const optimal = totals.optimal;
  const saved = totals.alone.total - totals.traffic.total;
  const rows = all.map((stack) => ({
    stack: stack.ops.join(', '), ...stack.traffic, buffer: stack.buffer.total, macs: stack.macs, proven: stack.proven, optimal: stack.optimal,
  }));
  const moving = all.filter((stack) => stack.traffic.total > 0);
  return {
    verdict: {
      good: true,
      text: optimal ? `No cut of the network moves less than these ${bytes(totals.traffic.total)}: proven.`
        : `${bytes(totals.traffic.total)}, at most ${percent(totals.traffic.total - totals.proven, totals.proven)} above what no cut undercuts.`,
    },
    sections: [
      section('summary', 'Summary', list([
        `${plural(all.length, 'stack')} ${all.length === 1 ? 'moves' : 'move'} ${bytes(totals.traffic.total)} (${grouped(totals.traffic.total)} bytes); operator by operator it would be ${bytes(totals.alone.total)}, so that stacks save ${percent(saved, totals.alone.total)}.`,
        `The floor, inputs, weights and outputs once, is ${bytes(totals.floor)} (${grouped(totals.floor)} bytes); proven are ${grouped(totals.proven)} bytes.`,
      ])),
      section('traffic', 'Traffic by stack and tensor',
        trafficChart('traffic-chart', 'Bytes at the memory port', moving.map((stack) => stack.ops.join(', ')), [
          { title: 'predicted', traffic: moving.map((stack) => stack.traffic) },
        ]),
        table('stack-table', 'Stacks', [
          { key: 'stack', title: 'operators' }, ...trafficColumns, { key: 'buffer', title: 'buffers', unit: 'bytes' },
          { key: 'macs', title: 'work', unit: 'MAC' }, { key: 'proven', title: 'proven bound', unit: 'bytes' }, { key: 'optimal', title: 'optimal' },
        ], rows, { stack: 'total', ...totals.traffic, proven: totals.proven, optimal })),
      section('schedules', 'Schedules', drawNests(all.map((stack) => ({ name: stack.ops.join(', '), schedule: stack.schedule, buffer: stack.buffer })))),
    ],
  };
}

function operatorSection({ operators, totals }) {
  const rows = operators.map((operator) => ({
    operator: operator.name, type: operator.type, engine: operator.engine, ...operator.predicted.traffic, cycles: operator.predicted.cycles,
  }));
  return section('operators', 'The whole network',
    note(`A whole inference moves ${grouped(totals.predicted.traffic.total)} bytes in ${grouped(totals.predicted.cycles)} predicted cycles.`),
    table('operator-table', 'Operators, as predicted', [
      { key: 'operator', title: 'operator' }, { key: 'type', title: 'type' }, { key: 'engine', title: 'engine' }, ...trafficColumns,
      { key: 'cycles', title: 'predicted', unit: 'cycles' },
    ], rows, { operator: 'total', ...totals.predicted.traffic, cycles: totals.predicted.cycles }));
}

export function optimize(document) {
  if (document.stacks) return stacks(document);
  const { layers } = document;
  if (layers.length === 0) return { verdict: { good: false, text: 'Interrupted before any schedule was found.' }, sections: [] };
  const total = layers.reduce((sum, layer) => sum + layer.traffic.total, 0);
  const proven = layers.filter((layer) => layer.optimal).length;
  const open = layers.filter((layer) => !layer.optimal).map((layer) => layer.name);
  const worst = [...layers].sort((a, b) => (b.traffic.total - b.lower_bound.compulsory) - (a.traffic.total - a.lower_bound.compulsory))[0];
  const lines = [`${plural(layers.length, 'layer')} ${layers.length === 1 ? 'moves' : 'move'} ${bytes(total)} (${grouped(total)} bytes).`];
  if (worst && worst.traffic.total > worst.lower_bound.compulsory) {
    lines.push(`Most would be saved by a larger buffer in ${worst.name}: ${bytes(worst.traffic.total - worst.lower_bound.compulsory)} above one pass over its tensors.`);
  } else {
    lines.push('Every element of every tensor moves once: a larger buffer would save nothing.');
  }
  return {
    verdict: {
      good: true,
      text: open.length === 0 ? `Proven optimal: ${layers.length === 1 ? 'the schedule' : `all ${proven} schedules`}.` : `Proven optimal: ${proven} of ${layers.length} schedules; with a gap: ${open.join(', ')}.`,
    },
    sections: [
      section('summary', 'Summary', list(lines)),
      section('traffic', 'Traffic by layer and tensor',
        trafficChart('traffic-chart', 'Bytes at the memory port', layers.map((layer) => layer.name), [
          { title: 'predicted', traffic: layers.map((layer) => layer.traffic) },
        ]),
        table('traffic-table', 'Traffic', [{ key: 'layer', title: 'layer' }, ...trafficColumns],
          layers.map((layer) => ({ layer: layer.name, ...layer.traffic })))),
      section('proofs', 'Why these schedules', proofTable(layers)),
      section('schedules', 'Schedules', drawNests(layers)),
      document.operators ? operatorSection(document) : undefined,
    ],
  };
}
