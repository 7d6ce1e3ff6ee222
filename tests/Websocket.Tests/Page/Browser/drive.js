// Opens a page in a real browser. Each line of input is an expression that is evaluated in the page; its value is answered as a line of JSON.
// An expression that begins with a dot is for the tool itself: .errors, .move X Y, .size WIDTH HEIGHT.
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const [, , program, url] = process.argv;
const asRoot = process.getuid() === 0;
const browser = await chromium.launch({ executablePath: program, args: asRoot ? ['--no-sandbox'] : [], timeout: 80_000 });
const page = await browser.newPage({ viewport: { width: 1000, height: 700 }, timezoneId: 'Europe/Moscow' });
const errors = [];
// A websocket that is refused is an error to the browser's console whatever the page does about it.
page.on('console', said => { if (said.type() === 'error' && !/WebSocket|Failed to load resource/.test(said.text())) errors.push(said.text()); });
page.on('pageerror', error => errors.push(String(error)));

async function answer(line) {
  const [tool, x, y] = line.split(' ');
  if (tool === '.errors') return errors;
  if (tool === '.move') return page.mouse.move(Number(x), Number(y));
  if (tool === '.size') return page.setViewportSize({ width: Number(x), height: Number(y) });
  return page.evaluate(line);
}

await page.goto(url, { timeout: 80_000 });
console.log('null');
for await (const line of createInterface({ input: process.stdin })) console.log(JSON.stringify(await answer(line) ?? null));
await browser.close();
