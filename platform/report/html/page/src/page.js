// Draws the report from the data that the program has put into the page: the JSON document that the command prints, and
// what command it was.
import { accuracy } from './accuracy.js';
import { drawCharts } from './chart.js';
import { compare } from './compare.js';
import { download, element } from './dom.js';
import { infer } from './infer.js';
import { optimize } from './optimize.js';
import { run } from './run.js';
import { sweep } from './sweep.js';

const commands = { accuracy, compare, infer, optimize, run, sweep };

function contents(sections) {
  return element('nav', { 'aria-label': 'Contents' }, element('ul', {}, ...sections.map((section) =>
    element('li', {}, element('a', { href: `#${section.id}` }, section.querySelector('h2').textContent)))));
}

function draw(data) {
  const drawn = commands[data.command](data.document, data);
  const { verdict } = drawn;
  const sections = drawn.sections.filter(Boolean);
  const json = () => download(`hwcvp-${data.command}.json`, JSON.stringify(data.document, null, 2), 'application/json');
  document.getElementById('page').replaceChildren(
    element('header', {},
      element('h1', {}, data.title),
      element('p', { class: 'command' }, element('code', {}, data.command_line), ` \u2014 hwcvp ${data.version}`),
      element('p', { class: `verdict ${verdict.good ? 'good' : 'bad'}`, id: 'verdict' },
        element('strong', {}, verdict.good ? '\u2714 ' : '\u2718 '), verdict.text)),
    contents(sections),
    element('main', {}, ...sections),
    element('footer', {},
      element('button', { type: 'button', class: 'csv', click: json }, 'The JSON document'),
      element('p', {}, 'Written by hwcvp. Charts by Apache ECharts, Apache License 2.0.')));
  drawCharts();
}

draw(JSON.parse(document.getElementById('data').textContent));
