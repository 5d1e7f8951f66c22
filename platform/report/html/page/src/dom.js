// Elements of the page. Text is always set as text, so that no name in the data becomes markup.

// element('a', {href: '#x'}, 'text', child): attributes by name; functions are listeners.
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      made.addEventListener(name, value);
    } else if (value !== undefined) {
      made.setAttribute(name, value);
    }
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

// A part of the page with a heading, which the contents list.
export function section(id, title, ...children) {
  return element('section', { id, 'aria-labelledby': `${id}-title` }, element('h2', { id: `${id}-title` }, title),
    ...children.filter(Boolean));
}

export function note(text) {
  return element('p', { class: 'note' }, text);
}

// Offers text as a file, without a request.
export function download(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = element('a', { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
