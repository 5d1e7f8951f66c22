// Tables that can be sorted by any column and taken along as CSV.
import { download, element } from './dom.js';
import { grouped, rounded } from './format.js';

function textOf(column, value) {
  if (value === null || value === undefined) return '';
  if (column.text) return column.text(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'number') return String(value);
  return Number.isInteger(value) ? grouped(value) : rounded(value, column.digits ?? 2);
}

function titleOf(column) {
  return column.unit ? `${column.title}, ${column.unit}` : column.title;
}

function csvField(value) {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function csv(columns, rows) {
  const lines = [columns.map(titleOf), ...rows.map((row) => columns.map((column) => row[column.key]))];
  return lines.map((line) => line.map(csvField).join(',') + '\r\n').join('');
}

function compare(a, b) {
  if (a === b) return 0;
  if (a === null || a === undefined) return 1;
  if (b === null || b === undefined) return -1;
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b));
}

// columns: {key, title, unit, digits, text}; rows: values by key, with `class` for the row's look. `total`, one
// more row, stays last.
export function table(id, caption, columns, rows, total) {
  const isNumber = (column) => rows.some((row) => typeof row[column.key] === 'number');
  const numeric = columns.map(isNumber);
  const line = (row, cell = 'td') =>
    element('tr', { class: row.class }, ...columns.map((column, i) =>
      element(i === 0 ? 'th' : cell, {
        scope: i === 0 ? 'row' : undefined,
        class: numeric[i] ? 'number' : undefined,
        'data-key': column.key,
        'data-value': row[column.key] ?? undefined,
      }, textOf(column, row[column.key]))));
  const body = element('tbody', {}, ...rows.map((row) => line(row)));
  let sorted = { key: null, descending: false };

  const sortBy = (column, heading) => {
    const descending = sorted.key === column.key && !sorted.descending;
    sorted = { key: column.key, descending };
    const order = [...rows].sort((a, b) => (descending ? -1 : 1) * compare(a[column.key], b[column.key]));
    body.replaceChildren(...order.map((row) => line(row)));
    for (const other of heading.parentElement.children) other.removeAttribute('aria-sort');
    heading.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
  };
  const headings = columns.map((column, i) => {
    const heading = element('th', { scope: 'col', class: numeric[i] ? 'number' : undefined });
    heading.append(element('button', { type: 'button', click: () => sortBy(column, heading) }, titleOf(column)));
    return heading;
  });

  const all = total ? [...rows, total] : rows;
  return element('figure', { class: 'table', id },
    element('figcaption', {}, element('span', {}, caption),
      element('button', {
        type: 'button',
        class: 'csv',
        'aria-label': `CSV of ${caption}`,
        click: () => download(`${id}.csv`, csv(columns, all), 'text/csv'),
      }, 'CSV')),
    element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
      element('table', {}, element('thead', {}, element('tr', {}, ...headings)), body,
        total ? element('tfoot', {}, line(total)) : undefined)));
}
