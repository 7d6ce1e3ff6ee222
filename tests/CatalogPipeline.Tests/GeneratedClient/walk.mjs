// Makes a client from the description that the catalog serves, walks with it through all fourteen operations of the first interface and through
// what it refuses, and holds each answer to its schema in that description. Prints what came of each step as one JSON object.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import Ajv2020 from "ajv/dist/2020.js";
import { generateApi } from "swagger-typescript-api";

const [url, key, folder, said] = process.argv.slice(2);
// What is written into fields is in the language of the shops and comes from the test.
const words = JSON.parse(said);
const description = await (await fetch(`${url}openapi.json`)).json();
const file = join(folder, "openapi.json");
await writeFile(file, JSON.stringify(description));
await generateApi({ input: file, output: folder, fileName: "sender.ts", toJS: true, silent: true, cleanOutput: false });
const { Api } = await import(pathToFileURL(join(folder, "sender.js")));

const client = new Api({ baseUrl: url.replace(/\/$/, ""), baseApiParams: { headers: { "X-Api-Key": key } } }).api;
const schemas = new Ajv2020({ strict: false, validateFormats: false });
schemas.addSchema(description, "description");

const steps = {};
const used = new Set();
const wrong = [];

/** Calls an operation by its name in the client; gives what it answers, whether it was refused or not. */
async function call(step, operation, ...parameters) {
  let answer;
  try {
    answer = await client[operation](...parameters);
  } catch (refused) {
    if (!refused.status)
      throw refused;
    answer = refused;
  }
  used.add(operation);
  const body = answer.data ?? answer.error ?? null;
  steps[step] = { status: answer.status, body };
  const [path, method] = place(operation);
  const schema = description.paths[path][method].responses[answer.status]?.content?.["application/json"]?.schema;
  if (schema) {
    const at = path.replaceAll("~", "~0").replaceAll("/", "~1");
    const pointer = `#/paths/${at}/${method}/responses/${answer.status}/content/application~1json/schema`;
    const check = schemas.getSchema(`description${encodeURI(pointer)}`);
    if (!check(body))
      wrong.push(`${step}: ${schemas.errorsText(check.errors)}`);
  } else if (answer.ok) {
    wrong.push(`${step}: ${answer.status} is not described`);
  }
  return body;
}

/** Where the description has the operation. */
function place(operation) {
  const id = operation.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
  for (const [path, methods] of Object.entries(description.paths))
    for (const [method, one] of Object.entries(methods))
      if (one.operationId === id)
        return [path, method];
  throw new Error(`the description has no ${id}`);
}

const absent = 7_000_001;
const beyond = 2_147_483_648;

// Reading.
const first = await call("all", "getAllProductsWithInfo", { page: 1, size: 3 });
await call("search folds", "searchByName", { product_name: "gEfOrCe rTx 2060", size: 100 });
await call("search takes signs for letters", "searchByName", { product_name: "_" });
await call("search finds all", "searchByName", { product_name: "" });
await call("beyond the end", "searchByName", { product_name: "", page: 1000 });
await call("brands", "getBrandsWithCountProducts");
await call("one product", "getProduct", first.items[0].id);
await call("absent product", "getProduct", absent);
await call("id of more than 32 bits", "getProduct", beyond);
await call("page of none", "getAllProductsWithInfo", { page: 0 });
await call("all groups", "getGroupsWithProperty", { size: 2 });
await call("groups by name", "searchGroupsByName", { property_group_name: words.group, size: 2 });
await call("groups of part of a name", "searchGroupsByName", { property_group_name: words.partOfGroup });
await call("groups of a product", "getProductGroups", first.items[0].id);
await call("groups of an absent product", "getProductGroups", absent);
await call("names of properties", "getCountProperty");

// Products.
const product = { name: "Number Nine Imagine 128", brand_name: "Number Nine", description: words.old };
const { id } = await call("new product", "addProduct", product);
await call("same name", "addProduct", product);
await call("same key", "addProduct", { ...product, name: "IMAGINE  128" });
await call("blank name", "addProduct", { ...product, name: " " });
await call("product without a field", "addProduct", { name: "a" });
await call("edited product", "updateProduct", id, { description: words.veryOld });
await call("its own name again", "updateProduct", id, { name: product.name });
await call("name of another", "updateProduct", id, { name: first.items[0].name, brand_name: first.items[0].brand_name });
await call("empty edit", "updateProduct", id, {});
await call("edit of nulls", "updateProduct", id, { name: null, brand_name: null, description: null });
await call("edit of an absent product", "updateProduct", absent, { description: "a" });
await call("edit of an id of more than 32 bits", "updateProduct", beyond, { description: "a" });

// Groups.
const group = await call("new group", "addPropertyGroup", { name: words.connectors, product_id: id });
const other = await call("second group", "addPropertyGroup", { name: words.history, product_id: id });
await call("same group", "addPropertyGroup", { name: words.connectorsOtherwise, product_id: id });
await call("group of an absent product", "addPropertyGroup", { name: "a", product_id: absent });
await call("renamed group", "updatePropertyGroup", group.id, { name: words.outputs, product_id: id });
await call("group with its own name", "updatePropertyGroup", group.id, { name: words.outputs, product_id: id });
await call("group with the name of another", "updatePropertyGroup", group.id, { name: words.history, product_id: id });
await call("absent group", "updatePropertyGroup", absent, { name: "a", product_id: id });
await call("group to an absent product", "updatePropertyGroup", group.id, { name: "a", product_id: absent });
await call("group id of more than 32 bits", "updatePropertyGroup", beyond, { name: "a", product_id: id });

// Properties.
const property = await call("new property", "addProperty", { name: "VGA", value: "1", description: null, property_group_id: group.id });
await call("second property", "addProperty", { name: "BNC", value: "5", description: words.cables, property_group_id: group.id });
await call("same property", "addProperty", { name: "vga", value: "2", description: null, property_group_id: group.id });
await call("property of an absent group", "addProperty", { name: "a", value: "b", description: null, property_group_id: absent });
await call("property without a description", "addProperty", { name: "a", value: "b", property_group_id: group.id });
await call("edited property", "updateProperty", property.id, { value: "2", property_group_id: group.id });
await call("property with its own name", "updateProperty", property.id, { name: "VGA", property_group_id: group.id });
await call("property with the name of another", "updateProperty", property.id, { name: "BNC", property_group_id: group.id });
await call("absent property", "updateProperty", absent, { value: "a", property_group_id: group.id });
await call("property of another group", "updateProperty", property.id, { value: "a", property_group_id: other.id });
await call("property to an absent group", "updateProperty", property.id, { value: "a", property_group_id: absent });
await call("property id of more than 32 bits", "updateProperty", beyond, { value: "a", property_group_id: group.id });
await call("all of it", "getProduct", id);

const operations = Object.values(description.paths).flatMap(path => Object.values(path)).map(one => one.operationId);
const ids = { product: id, group: group.id, property: property.id };
console.log(JSON.stringify({ ids, steps, wrong, used: used.size, operations: operations.length }));
