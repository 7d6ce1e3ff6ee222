import { draw } from "./chart.js";
import { Choice, table } from "./compare.js";

const api = "/api/v2";
const pause = 120;
const $ = id => document.getElementById(id);
const choice = new Choice();
const ranges = ["memory_gb", "bus_width_bit", "length_mm"];
let texts = {}, language = localStorage.getItem("language") ?? (navigator.language.startsWith("ru") ? "ru" : "en");
let cursor, asked = 0, timer, shown, attributes = [];

const text = (name, values = {}) => (texts[name] ?? name).replace(/\{(\w+)\}/g, (_, key) => values[key]);
const money = (amount, currency) => new Intl.NumberFormat(language, { style: "currency", currency, maximumFractionDigits: 0 }).format(amount);
const time = instant => new Date(instant).toLocaleString(language);
const nameOf = value => language === "ru" || !value.english_name ? value.name : value.english_name;
const unitOf = unit => texts[`unit-${unit}`] ?? unit;
const valueOf = value => {
  const said = value.kind === "flag" ? text(value.value) : value.value;
  return value.unit ? `${said} ${unitOf(value.unit)}` : said;
};

function make(kind, content, attributes = {}) {
  const element = Object.assign(document.createElement(kind), attributes);
  element.append(...[content ?? ""].flat());
  return element;
}

async function get(path) {
  const answer = await fetch(api + path);
  if (!answer.ok) throw new Error(`${answer.status} ${(await answer.json().catch(() => ({}))).detail ?? answer.statusText}`);
  return answer.json();
}

async function speak() {
  texts = await (await fetch(`/texts-${language}.json`)).json();
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = text(element.dataset.text);
  for (const element of document.querySelectorAll("[data-placeholder]")) element.placeholder = text(element.dataset.placeholder);
  $("language").textContent = text("language");
  document.title = text("title");
}

function query() {
  const query = new URLSearchParams({ limit: 30, sort: $("sort").value });
  if ($("search").value.trim()) query.set("q", $("search").value.trim());
  if ($("in-stock").checked) query.set("in_stock", "true");
  if ($("price-from").value || $("price-to").value) query.set("price", `${$("price-from").value}..${$("price-to").value}`);
  const brands = [...$("brands").querySelectorAll("input:checked")].map(box => box.value);
  if (brands.length) query.set("brand", brands.join(","));
  for (const box of $("ranges").querySelectorAll("fieldset")) {
    const [from, to] = [...box.querySelectorAll("input")].map(input => input.value);
    if (from || to) query.set(box.dataset.attribute, `${from}..${to}`);
  }
  return query;
}

// Answers that a later question has overtaken are thrown away: the list is always that of the last letter typed.
async function find(more) {
  const number = ++asked;
  const wanted = query();
  if (more && cursor) wanted.set("cursor", cursor);
  try {
    const page = await get(`/products?${wanted}`);
    if (number !== asked) return;
    cursor = page.next;
    const lines = page.items.map(line);
    if (more) $("products").append(...lines); else $("products").replaceChildren(...lines);
    $("more").hidden = !cursor;
    $("status").textContent = page.total === 0 ? text("none") : text("found", { n: page.total });
  } catch (failure) {
    if (number === asked) $("status").textContent = text("failed", { reason: failure.message });
  }
}

function line(product) {
  const box = make("input", null, { type: "checkbox", checked: choice.has(product.id), title: text("compare") });
  box.addEventListener("change", () => choose(box, product));
  const link = make("a", product.name, { href: `#${product.key}` });
  const price = product.price === undefined ? text("noPrice") : money(product.price, product.currency);
  const item = make("li", [box, make("span", [link]),
      make("span", product.in_stock || product.price === undefined ? price : text("outOfStock"), { className: "price" })]);
  item.dataset.key = product.key;
  return item;
}

function choose(box, product) {
  if (!box.checked) choice.remove(product.id);
  else if (!choice.add(product.id, product.name)) {
    box.checked = false;
    $("status").textContent = text("full");
  }
  tray();
}

function tray() {
  $("tray").hidden = choice.size === 0;
  $("chosen").replaceChildren(...[...choice.products].map(([, name]) => make("li", name)));
  $("compare").disabled = choice.size < 2;
}

async function compare() {
  const products = await Promise.all([...choice.products.keys()].map(id => get(`/products/${id}`)));
  $("table").replaceChildren(table(products, text, nameOf, valueOf));
  $("comparison").showModal();
}

async function open(key) {
  shown = key;
  $("details").hidden = !key;
  if (!key) return;
  const [product, prices] = await Promise.all([get(`/products/${key}`), get(`/products/${key}/prices`)]);
  if (shown !== key) return;
  const { summary } = product;
  const canvas = make("canvas", null, { id: "chart" });
  const lowest = Object.entries(prices.lowest_of_thirty_days).filter(([, price]) => price != null)
    .map(([partner, price]) => make("p", text("lowest", { partner, price: money(price, summary.currency) }), { className: "muted" }));
  $("details").replaceChildren(
    make("h2", summary.name, { id: "name" }),
    make("p", `${text("complete", { n: Math.round(summary.completeness * 100) })} · ${text("conflicts", { n: summary.conflicts })}`,
        { className: "muted" }),
    make("p", product.description),
    make("h2", text("offers")), offers(product.offers),
    make("h2", text("prices")), canvas, ...lowest,
    make("h2", text("values")), values(product.values));
  draw(canvas, prices.points, Date.now());
}

function offers(list) {
  return make("ul", list.map(offer => make("li", [
    `${offer.partner}: `, make("strong", offer.believed ? money(offer.price, offer.currency) : text("noPrice")), " ",
    make("span", offer.fresh ? (offer.in_stock ? "" : text("outOfStock")) : text("stale"), { className: "warn" }),
    make("div", offer.held === undefined ? "" : text("held", { price: money(offer.held, offer.currency), time: time(offer.held_since) }),
        { className: "warn" }),
    make("span", offer.heard_at ? ` ${text("heard", { time: time(offer.heard_at) })}` : "", { className: "muted" })])), { id: "offers" });
}

// Each value with whose it is, since when, and who says otherwise.
function values(list) {
  const element = make("table", null, { id: "values" });
  const head = element.createTHead().insertRow();
  head.append(make("th", text("attribute")), make("th", text("value")), make("th", text("source")));
  const body = element.createTBody();
  for (const value of list) {
    const row = body.insertRow();
    row.dataset.attribute = value.attribute;
    const said = make("td", [valueOf(value), value.suspect ? make("span", ` ${text("suspect")}`, { className: "warn" }) : ""], { title: value.raw });
    const origin = make("td", [value.partner, make("div", time(value.changed_at), { className: "muted" })]);
    if (value.others.length) {
      origin.append(make("div", `${text("others")}: ${value.others.map(other => `${other.partner} ${other.value}`).join("; ")}`,
          { className: "warn" }));
    }
    row.append(make("th", nameOf(value), { title: value.description ?? "" }), said, origin);
  }
  return element;
}

async function frame() {
  const [brands, partners, dictionary] = await Promise.all([get("/brands"), get("/partners"), get("/attributes")]);
  attributes = dictionary;
  $("brands").replaceChildren(...brands.map(brand =>
      make("label", [make("input", null, { type: "checkbox", value: brand.brand }), ` ${brand.brand} (${brand.products})`])));
  $("partners").replaceChildren(...partners.map(partner => make("li", [
    `${partner.partner}: ${partner.products} `,
    make("span", partner.complete_at ? text("heard", { time: time(partner.complete_at) }) : "", { className: "muted" }),
    make("div", partner.held_prices ? text("heldPrices", { n: partner.held_prices }) : "", { className: "warn" }),
    make("div", partner.error ?? "", { className: "warn" })])));
  $("ranges").replaceChildren(...attributes.filter(one => ranges.includes(one.code) && one.products > 0).map(one => {
    const field = make("fieldset", [
      make("legend", `${nameOf(one)}, ${unitOf(one.unit)}`),
      make("input", null, { type: "number", placeholder: one.min }), " ", make("input", null, { type: "number", placeholder: one.max })]);
    field.dataset.attribute = one.code;
    return field;
  }));
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(() => find(false), pause);
}

$("search").addEventListener("input", soon);
$("filters").addEventListener("input", soon);
$("filters").addEventListener("submit", event => event.preventDefault());
$("more").addEventListener("click", () => find(true));
$("compare").addEventListener("click", compare);
$("close").addEventListener("click", () => $("comparison").close());
$("language").addEventListener("click", async () => {
  language = language === "ru" ? "en" : "ru";
  localStorage.setItem("language", language);
  await speak();
  await Promise.all([frame(), find(false), open(shown)]);
});
addEventListener("hashchange", () => open(decodeURIComponent(location.hash.slice(1))));

await speak();
await Promise.all([frame(), find(false), open(decodeURIComponent(location.hash.slice(1)))]);
