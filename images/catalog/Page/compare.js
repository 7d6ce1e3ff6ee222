// The cards chosen for comparison, and the table of them side by side.

export const most = 4;

export class Choice {
  constructor() { this.products = new Map(); }
  get size() { return this.products.size; }
  has(id) { return this.products.has(id); }
  remove(id) { this.products.delete(id); }

  // Whether there was room.
  add(id, name) {
    if (this.products.size >= most) return false;
    this.products.set(id, name);
    return true;
  }
}

// A row for each attribute that any of them has; rows that differ are marked.
export function table(products, text, nameOf, valueOf) {
  const element = document.createElement("table");
  const head = element.createTHead().insertRow();
  head.append(cell("th", text("attribute")), ...products.map(product => cell("th", product.summary.name)));
  const body = element.createTBody();
  const row = (name, values) => {
    const line = body.insertRow();
    if (new Set(values).size > 1) line.className = "differs";
    line.append(cell("th", name), ...values.map(value => cell("td", value)));
  };
  row(text("price"), products.map(product => product.summary.price === undefined ? text("noPrice")
      : `${product.summary.price} ${product.summary.currency}`));
  const attributes = new Map();
  for (const product of products) for (const value of product.values) attributes.set(value.attribute, value);
  for (const [code, sample] of attributes) {
    row(nameOf(sample), products.map(product => {
      const value = product.values.find(one => one.attribute === code);
      return value ? valueOf(value) : "–";
    }));
  }
  return element;
}

function cell(kind, text) {
  const element = document.createElement(kind);
  element.textContent = text;
  return element;
}
