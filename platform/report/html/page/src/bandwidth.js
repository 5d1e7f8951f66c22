// Bytes over the time of the run, with zoom.
import { chart, palette } from './chart.js';
import { note, section } from './dom.js';
import { rounded } from './format.js';

// jobs: {name, start_us, window_us, seconds, predicted_gb_per_s, bytes: [in each window]}.
export function bandwidth(jobs) {
  if (!jobs || jobs.length === 0) return undefined;
  const observed = [];
  const predicted = [];
  for (const job of jobs) {
    const end = job.start_us + job.seconds * 1e6;
    job.bytes.forEach((bytes, i) => {
      const from = job.start_us + i * job.window_us;
      const width = Math.min(job.window_us, end - from);
      if (width > 0) observed.push([from, bytes / width / 1e3]);
    });
    if (observed.length > 0) observed.push([end, observed[observed.length - 1][1]]);
    observed.push([end, null]);
    if (job.predicted_gb_per_s > 0) predicted.push([job.start_us, job.predicted_gb_per_s], [end, job.predicted_gb_per_s]);
    predicted.push([end, null]);
  }
  const jobAt = (time) => jobs.find((job) => time >= job.start_us && time <= job.start_us + job.seconds * 1e6);
  return section('bandwidth', 'Bandwidth over time',
    chart('bandwidth-chart', 'Bytes of tensors at the memory port, GB/s',
      `Bandwidth over simulated time of ${jobs.length} jobs: observed as steps, the predicted mean of each as a line. The ends of the bar below the chart zoom.`,
      360, {
        series: [
          { type: 'line', name: 'observed', step: 'end', showSymbol: false, lineStyle: { width: 1, color: palette.blue }, itemStyle: { color: palette.blue }, data: observed },
          { type: 'line', name: 'predicted, mean', showSymbol: false, lineStyle: { width: 2, color: palette.orange }, itemStyle: { color: palette.orange }, data: predicted },
        ],
        grid: { left: 24, right: 24, top: 48, bottom: 84, containLabel: true },
        xAxis: { type: 'value', name: 'simulated time, \u00b5s', nameLocation: 'middle', nameGap: 26, min: 'dataMin', max: 'dataMax', axisLabel: { hideOverlap: true, formatter: (time) => rounded(time, 0) } },
        yAxis: { type: 'value', name: 'GB/s' },
        dataZoom: [{ type: 'inside' }, { type: 'slider', height: 24, bottom: 8, labelFormatter: (value) => `${rounded(value, 0)} \u00b5s` }],
        tooltip: {
          trigger: 'axis', confine: true,
          formatter: (points) => {
            const [time] = points[0].value;
            const shown = document.createElement('span');
            shown.textContent = [`${rounded(time)} \u00b5s`, jobAt(time)?.name,
              ...points.filter(({ value }) => value[1] !== null).map(({ seriesName, value }) => `${seriesName} ${rounded(value[1], 2)} GB/s`)]
              .filter(Boolean).join(', ');
            return shown;
          },
        },
      }),
    note('Windows of long layers are joined, so that a layer has at most 128 of them; --bandwidth has all.'));
}
