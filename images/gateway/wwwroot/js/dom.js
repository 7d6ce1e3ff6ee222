// Small means to build the page: elements, icons, switches, toasts, tips.

/** An element by tag and classes: h('button.toggle', { title }, 'text', child). */
export function h(what, properties = {}, ...children) {
  const [tag, ...classes] = what.split('.');
  const element = document.createElement(tag || 'div');
  if (classes.length > 0) element.className = classes.join(' ');
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name in element && typeof value !== 'string') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

/** Writes only what differs: an unchanged text costs the browser nothing. */
export function say(element, text) {
  if (element.firstChild?.nodeValue !== text) element.textContent = text;
}

export function mark(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

const PATHS = {
  board: 'M3 3h6v6H3zM11 3h6v6h-6zM3 11h6v6H3zM11 11h6v6h-6z',
  chart: 'M5 3v3M5 14v3M3.5 6h3v8h-3zM10 2v4M10 12v5M8.5 6h3v6h-3zM15 5v3M15 13v4M13.5 8h3v5h-3z',
  ledger: 'M3 3h14v14H3zM3 8h14M3 12.500h14M8 3v14M12.500 3v14',
  tasks: 'M3 5l1.500 1.500L7 4M3 10l1.500 1.500L7 9M3 15l1.500 1.500L7 14M10 5h7M10 10h7M10 15h7',
  pipeline: 'M3 4h5v4H3zM12 3h5v4h-5zM12 13h5v4h-5zM8 6h4M10 6v9h2',
  alerts: 'M5 14V9a5 5 0 0 1 10 0v5l1.500 2h-13zM8.500 17.500h3M10 2v2',
  settings: 'M3 6h8M15 6h2M3 14h2M9 14h8M13 4v4M7 12v4',
  star: 'M10 3l2.200 4.600 5 .7-3.600 3.500.9 5L10 14.400 5.500 16.800l.9-5L2.800 8.300l5-.7z',
  camera: 'M3 6h3l1.500-2h5L14 6h3v10H3zM10 8.200a2.800 2.800 0 1 0 .01 0z',
  live: 'M4 4l7 6-7 6zM14 4v12',
  close: 'M5 5l10 10M15 5L5 15',
  theme: 'M10 3v2M10 15v2M3 10h2M15 10h2M5 5l1.500 1.500M13.500 13.500L15 15M5 15l1.500-1.500M13.500 6.500L15 5M10 7a3 3 0 1 0 .01 0z',
  keys: 'M7.500 7.500a2.500 2.500 0 1 1 3.500 2.300c-.7.4-1 .8-1 1.700M10 14.500v.5',
  mark: 'M4 4v12M10 2v14M16 6v12',
};

export function icon(name, size = 20) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  for (const [key, value] of Object.entries({
    viewBox: '0 0 20 20',
    width: size,
    height: size,
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': 1.5,
    'stroke-linejoin': 'round',
    'aria-hidden': 'true',
  }))
    svg.setAttribute(key, value);
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}

/** One of several: a group of radio buttons that looks like one control. */
export function segments(name, choices, chosen, choose) {
  const buttons = choices.map(([value, text, title]) =>
    h(
      'button',
      {
        type: 'button',
        role: 'radio',
        title,
        'aria-checked': String(value === chosen),
        tabindex: value === chosen ? '0' : '-1',
        onclick: () => pick(value),
        'data-value': value,
      },
      text,
    ),
  );
  const group = h(
    'div.segments',
    {
      role: 'radiogroup',
      'aria-label': name,
      onkeydown: event => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        event.stopPropagation();
        const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
        next.focus();
        next.click();
      },
    },
    buttons,
  );
  function pick(value) {
    for (const button of buttons) {
      const is = button.dataset.value === value;
      button.setAttribute('aria-checked', String(is));
      button.tabIndex = is ? 0 : -1;
    }
    choose(value);
  }
  return group;
}

export function toggle(text, isOn, change, properties = {}) {
  const button = h(
    'button.toggle',
    {
      type: 'button',
      'aria-pressed': String(isOn),
      ...properties,
      onclick: () => {
        const is = button.getAttribute('aria-pressed') !== 'true';
        button.setAttribute('aria-pressed', String(is));
        change(is);
      },
    },
    text,
  );
  return button;
}

/** A button that opens a list below it; closes with Escape, or when the reader goes elsewhere. */
export function menu(text, ...items) {
  const list = h('div.choices', {}, items),
    box = h('details.menu', {}, h('summary.toggle', {}, text), list);
  box.addEventListener('keydown', event => {
    if (event.key !== 'Escape' || !box.open) return;
    box.open = false;
    box.firstChild.focus();
    event.stopPropagation();
  });
  box.addEventListener('focusout', event => {
    if (event.relatedTarget && !box.contains(event.relatedTarget)) box.open = false;
  });
  return box;
}

const MAX_TOASTS = 3;

export function toast(head, text = '') {
  const box = document.getElementById('toasts'),
    one = h('div.toast', {}, h('b', {}, head), h('span', {}, text));
  box.append(one);
  while (box.children.length > MAX_TOASTS) box.firstChild.remove();
  setTimeout(() => one.remove(), 6000);
}

let tip = null;

export function showTip(x, y, head, ...lines) {
  tip ??= document.body.appendChild(h('div.tip'));
  tip.replaceChildren(h('b', {}, head), ...lines.map(line => h('span', {}, line)));
  tip.hidden = false;
  tip.style.left = `${Math.max(8, Math.min(x + 14, innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${Math.max(8, Math.min(y + 14, innerHeight - tip.offsetHeight - 8))}px`;
}

export function hideTip() {
  if (tip) tip.hidden = true;
}

/** Says in the middle of a screen why there is nothing, and what to do about it. */
export const nothing = (head, text, ...actions) => h('div.centre', {}, h('h2', {}, head), h('p', {}, text), ...actions);

export const token = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

export function faded(color, alpha) {
  const number = parseInt(color.slice(1), 16);
  return `rgba(${number >> 16}, ${(number >> 8) & 255}, ${number & 255}, ${alpha})`;
}
