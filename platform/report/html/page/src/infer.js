// `hwcvp infer`: a whole network, operator by operator.
import { bandwidth } from './bandwidth.js';
import { element, section } from './dom.js';
import { bytes, duration, grouped, plural } from './format.js';
import { drawNests } from './nest.js';
import { table } from './table.js';
import { columns as trafficColumns, trafficChart } from './traffic.js';

function verdictOf({ operators, totals }) {
  const wrong = operators.filter((operator) => !operator.match).map((operator) => operator.name);
  if (wrong.length > 0) {
    return { good: false, text: `Predicted and observed bytes disagree in ${plural(wrong.length, 'operator')}: ${wrong.join(', ')}.` };
  }
  const mismatched = operators.filter((operator) => operator.output && operator.output.mismatches > 0).map((operator) => operator.name);
  if (mismatched.length > 0) {
    return { good: false, text: `Tensors differ from the reference behind ${plural(mismatched.length, 'operator')}: ${mismatched.join(', ')}.` };
  }
  const checked = operators.some((operator) => operator.output);
  return {
    good: totals.match && totals.mismatches === 0,
    text: `Predicted and observed bytes are equal in all ${operators.length} operators; ${checked ? 'every tensor equals the reference' : 'tensors were not computed (time only)'}.`,
  };
}

export function infer(document, { recorded }) {
  const { operators, stacks, totals, memory, simulation } = document;
  const moving = operators.filter((operator) => operator.observed.traffic.total > 0);
  const largest = [...moving].sort((a, b) => b.observed.traffic.total - a.observed.traffic.total).slice(0, 3);
  const observed = totals.observed;
  const top = largest.map((operator) => `${operator.name} (${bytes(operator.observed.traffic.total)})`).join(', ');
  const lines = [
    `One inference of ${document.network} moved ${bytes(observed.traffic.total)} (${grouped(observed.traffic.total)} bytes) in ${grouped(observed.cycles)} cycles, ${duration(simulation.simulated_seconds)} of simulated time, for ${grouped(totals.macs)} MAC.`,
    `Predicted were ${grouped(totals.predicted.traffic.total)} bytes and ${grouped(totals.predicted.cycles)} cycles.`,
    `Its tensors take up to ${bytes(memory.peak_bytes)} of memory at once, its weights ${bytes(memory.weight_bytes)}.`,
    `Most move ${top}.`,
  ];
  const names = moving.map((operator) => operator.name);
  const rows = operators.map((operator) => ({
    operator: operator.name, type: operator.type, engine: operator.engine, ...operator.observed.traffic,
    predicted: operator.predicted.traffic.total, predicted_cycles: operator.predicted.cycles, cycles: operator.observed.cycles,
    match: operator.match, class: operator.match ? undefined : 'bad',
  }));
  return {
    verdict: verdictOf(document),
    sections: [
      section('summary', 'Summary', element('ul', {}, ...lines.map((line) => element('li', {}, line)))),
      section('traffic', 'Traffic by operator and tensor',
        trafficChart('traffic-chart', 'Bytes at the memory port: predicted (faint) beside observed', names, [
          { title: 'predicted', faint: true, traffic: moving.map((operator) => operator.predicted.traffic) },
          { title: 'observed', traffic: moving.map((operator) => operator.observed.traffic) },
        ]),
        table('operator-table', 'Operators, bytes as observed', [
          { key: 'operator', title: 'operator' }, { key: 'type', title: 'type' }, { key: 'engine', title: 'engine' },
          ...trafficColumns,
          { key: 'predicted', title: 'predicted total', unit: 'bytes' },
          { key: 'predicted_cycles', title: 'predicted', unit: 'cycles' },
          { key: 'cycles', title: 'observed', unit: 'cycles' },
          { key: 'match', title: 'bytes agree' },
        ], rows, {
          operator: 'total', ...observed.traffic, predicted: totals.predicted.traffic.total, predicted_cycles: totals.predicted.cycles,
          cycles: observed.cycles, match: totals.match,
        })),
      stacks.some((stack) => stack.schedule) ? section('schedules', 'Schedules', drawNests(stacks.map((stack) => ({ name: stack.ops.join(', '), schedule: stack.schedule, buffer: stack.buffer })))) : undefined,
      bandwidth(recorded?.bandwidth),
    ],
  };
}
