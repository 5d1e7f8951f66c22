// `hwcvp accuracy`: models of traffic beside what was observed.
import { chart, palette } from './chart.js';
import { element, section } from './dom.js';
import { grouped, plural, rounded } from './format.js';
import { table } from './table.js';

export function accuracy(document) {
  const { models, layers, simulated, agreed } = document;
  const exact = models[0];
  const earlier = models.filter((model) => model.choices);
  const rows = models.map((model) => ({
    model: model.model, expressed: model.expressed, refused: model.refused, mean: model.mean_error_percent, own: model.mean_error_percent_own,
    optimizer: model.mean_error_percent_optimizer, worst: model.worst_error_percent, worst_bytes: model.worst_error_bytes,
  }));
  const choices = earlier.map(({ model, choice_totals: total }) => ({
    model, layers: total.layers, predicted: total.predicted, observed: total.observed, optimizer: total.optimizer,
    ratio: total.optimizer > 0 ? total.observed / total.optimizer : null,
  }));
  const schedules = models.flatMap((model) => model.rows.filter((row) => row.observed).map((row) => ({
    model: model.model, layer: row.layer, schedule_of: row.schedule_of, predicted: row.predicted.total, observed: row.observed.total,
    error: row.error.total.bytes, percent: row.error.total.percent,
  })));
  const lines = [`${plural(simulated, 'schedule')} of ${plural(layers, 'layer')} were simulated; the exact model erred by ${grouped(exact.worst_error_bytes)} bytes at most.`];
  const costly = choices.filter(({ ratio }) => ratio !== null).sort((a, b) => b.ratio - a.ratio)[0];
  if (costly) lines.push(`The choices of ${costly.model} cost most: ${rounded(costly.ratio, 2)} times the traffic of the optimizer\u2019s.`);
  const bars = (caption, id, list, of, unit, text) => chart(id, caption, text, 70 + 26 * list.length, {
    series: [{ type: 'bar', name: caption, itemStyle: { color: palette.blue }, barMaxWidth: 16, data: list.map(of), label: { show: true, position: 'right', formatter: ({ value }) => (value === null || value === undefined ? 'none' : `${rounded(value, 2)} ${unit}`) } }],
    legend: { show: false },
    grid: { left: 8, right: 90, top: 8, bottom: 8, containLabel: true },
    xAxis: { type: 'value', axisLabel: { formatter: `{value} ${unit}`, hideOverlap: true } },
    yAxis: { type: 'category', inverse: true, data: list.map(({ model }) => model) },
    tooltip: { show: false },
  });
  return {
    verdict: agreed ? { good: true, text: 'The exact model gave every observed byte, and every output was right.' }
      : { good: false, text: 'The exact model erred, or an output was wrong.' },
    sections: [
      section('summary', 'Summary', element('ul', {}, ...lines.map((line) => element('li', {}, line)))),
      section('errors', 'How far models err',
        bars('Mean error of total traffic, %', 'error-chart', rows, ({ mean }) => mean, '%', 'Bars of the mean error of each model. The table holds the same numbers.'),
        table('model-table', 'Models', [
          { key: 'model', title: 'model' }, { key: 'expressed', title: 'expressed', unit: 'schedules' }, { key: 'refused', title: 'refused', unit: 'schedules' },
          { key: 'mean', title: 'mean error', unit: '%' }, { key: 'own', title: 'of its own choices', unit: '%' },
          { key: 'optimizer', title: 'of the optimizer\u2019s', unit: '%' }, { key: 'worst', title: 'worst error', unit: '%' },
          { key: 'worst_bytes', title: 'worst error', unit: 'bytes' },
        ], rows)),
      section('choices', 'What their choices cost',
        choices.length > 0 ? bars('Observed traffic over the optimizer\u2019s, times', 'choice-chart', choices, ({ ratio }) => ratio, '\u00d7', 'Bars of what the choices of each model move, over the optimizer\u2019s. The table holds the same numbers.') : undefined,
        table('choice-table', 'Choices', [
          { key: 'model', title: 'model' }, { key: 'layers', title: 'layers' }, { key: 'predicted', title: 'predicted by it', unit: 'bytes' },
          { key: 'observed', title: 'observed', unit: 'bytes' }, { key: 'optimizer', title: 'optimizer', unit: 'bytes' },
          { key: 'ratio', title: 'observed over optimizer', unit: 'times' },
        ], choices)),
      section('schedules', 'Each schedule', table('row-table', 'Predicted and observed', [
        { key: 'model', title: 'model' }, { key: 'layer', title: 'layer' }, { key: 'schedule_of', title: 'schedule of' },
        { key: 'predicted', title: 'predicted', unit: 'bytes' }, { key: 'observed', title: 'observed', unit: 'bytes' },
        { key: 'error', title: 'error', unit: 'bytes' }, { key: 'percent', title: 'error', unit: '%' },
      ], schedules)),
    ],
  };
}
