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

const options = new Map();  // of charts that are not drawn yet, by their elements

// `text` says what the chart shows to those who do not see it.
export function chart(id, caption, text, height, option) {
  const canvas = element('div', { class: 'canvas', role: 'img', 'aria-label': text, style: `height:${height}px` });
  options.set(canvas, option);
  return element('figure', { class: 'chart', id }, element('figcaption', {}, caption), canvas);
}

function draw(canvas) {
  const option = options.get(canvas);
  if (!option) return;
  options.delete(canvas);
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

// Once the page has its widths: each chart when it comes near to what is seen, all before they are printed.
export function drawCharts() {
  const near = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      draw(target);
    }
  }, { rootMargin: '400px' });
  for (const canvas of options.keys()) near.observe(canvas);
  window.addEventListener('beforeprint', () => [...options.keys()].forEach(draw));
}
