// Charts by Apache ECharts, with what all of them share: colours, text for screen readers, size.
import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import { AriaComponent, DataZoomComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

import { element } from './dom.js';

use([BarChart, LineChart, ScatterChart, AriaComponent, DataZoomComponent, GridComponent, LegendComponent, MarkLineComponent,
  TooltipComponent, SVGRenderer]);

// Okabe and Ito's colours, which are told apart with any kind of colour vision.
export const palette = {
  orange: '#e69f00', sky: '#56b4e9', green: '#009e73', yellow: '#f0e442', blue: '#0072b2', red: '#d55e00', purple: '#cc79a7',
  grey: '#8a8a8a',
};

const drawn = [];

// `text` says what the chart shows to those who do not see it.
export function chart(id, caption, text, height, option) {
  const canvas = element('div', { class: 'canvas', role: 'img', 'aria-label': text, style: `height:${height}px` });
  const figure = element('figure', { class: 'chart', id }, element('figcaption', {}, caption), canvas);
  drawn.push({ canvas, option });
  return figure;
}

// Once the page has its widths.
export function drawCharts() {
  for (const { canvas, option } of drawn) {
    const made = init(canvas, null, { renderer: 'svg' });
    made.setOption({
      animation: false,
      textStyle: { fontFamily: 'system-ui, sans-serif', color: '#1c2733' },
      legend: { top: 0, type: 'plain', itemGap: 12 },
      grid: { left: 8, right: 24, top: 56, bottom: 8, containLabel: true },
      tooltip: { trigger: 'axis', confine: true, axisPointer: { type: 'shadow' } },
      ...option,
    });
    new ResizeObserver(() => made.resize()).observe(canvas);
  }
  const fit = () => drawn.forEach(({ canvas }) => canvas.dispatchEvent(new Event('resize')));
  window.addEventListener('beforeprint', fit);
}
