// Numbers as people read them, each with its unit.

const grouping = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export function grouped(number) {
  return grouping.format(number);
}

export function rounded(number, digits = 1) {
  return number.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

// 480699 as "469.43 KiB".
export function bytes(number) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  let value = number;
  while (Math.abs(value) >= 1024 && unit + 1 < units.length) {
    value /= 1024;
    ++unit;
  }
  return `${Number(value.toFixed(unit === 0 ? 0 : 2)).toLocaleString('en-US')} ${units[unit]}`;
}

// Round numbers of an axis in powers of ten: 20000000 as "20 MB".
export function axisBytes(number) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let value = number;
  while (Math.abs(value) >= 1000 && unit + 1 < units.length) {
    value /= 1000;
    ++unit;
  }
  return `${Number(value.toPrecision(4))} ${units[unit]}`;
}

export function percent(part, whole) {
  return whole > 0 ? `${rounded((100 * part) / whole)} %` : 'none';
}

export function duration(seconds) {
  if (seconds >= 60) return `${grouped(Math.floor(seconds / 60))} min ${grouped(seconds % 60)} s`;
  if (seconds >= 1) return `${rounded(seconds, 2)} s`;
  if (seconds >= 1e-3) return `${rounded(seconds * 1e3, 3)} ms`;
  return `${rounded(seconds * 1e6, 3)} \u00b5s`;
}

export function plural(number, one, many = `${one}s`) {
  return `${grouped(number)} ${number === 1 ? one : many}`;
}
