// Looks at pages in headless Chromium and prints what it sees as JSON. Arguments: a JSON object with
// `chromium`, `base` (address of the site), `pages`, `views` ({width, scheme, js}), `clicks` (of `marks`), `filters`, `search`, `query`, `shots`.
import { readFileSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const wish = JSON.parse(process.argv[2]);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({
  executablePath: wish.chromium,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const seen = { pages: [], clicks: [], filters: [], search: [], query: null };

async function open(context, address, notes) {
  const page = await context.newPage();
  page.on("console", (message) => { if (message.type() === "error") notes.errors.push(message.text()); });
  page.on("pageerror", (error) => notes.errors.push(error.message));
  page.on("request", (request) => { if (!request.url().startsWith(wish.base) && !request.url().startsWith("data:")) notes.outside.push(request.url()); });
  await page.goto(address);
  return page;
}

for (const view of wish.views) {
  // scripts of the tester are let past the policy only where axe is put into the page
  const settings = { viewport: { width: view.width, height: 900 }, colorScheme: view.scheme, javaScriptEnabled: view.js };
  const context = await browser.newContext(settings);
  const tester = view.js ? await browser.newContext({ ...settings, bypassCSP: true }) : null;
  for (const path of wish.pages) {
    const notes = { path, ...view, errors: [], outside: [], faults: [] };
    const page = await open(context, wish.base + path, notes);
    if (view.js) notes.wide = await page.evaluate(() => document.documentElement.scrollWidth) - view.width;
    if (wish.shots) {
      mkdirSync(wish.shots, { recursive: true });
      const name = path.replace(/[^a-z0-9]+/gi, "-") + `-${view.width}-${view.scheme}${view.js ? "" : "-nojs"}`;
      await page.screenshot({ path: `${wish.shots}/${name}.png` });
    }
    await page.close();
    if (tester) {
      const tested = await open(tester, wish.base + path, { errors: [], outside: [] });
      await tested.evaluate(axe);
      notes.faults = await tested.evaluate(async () => {
        document.querySelectorAll("details").forEach((one) => { one.open = true; });
        const result = await axe.run(document, { resultTypes: ["violations"] });
        return result.violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 120)}`);
      });
      await tested.close();
    }
    seen.pages.push(notes);
  }
  await context.close();
  if (tester) await tester.close();
}

// the way back, as a person goes it: open the page, click a figure, see what is lit
for (const js of [true, false]) {
  const context = await browser.newContext({ javaScriptEnabled: js });
  for (const path of wish.clicks) {
    const page = await open(context, wish.base + path, { errors: [], outside: [] });
    const figures = wish.marks ?? "main a.fig";
    const count = await page.locator(figures).count();
    for (let index = 0; index < count; index += Math.max(1, Math.floor(count / 6))) {
      await page.goto(wish.base + path);
      const link = page.locator(figures).nth(index);
      const href = await link.getAttribute("href");
      await page.goto(new URL(href, wish.base + path).href);
      const lit = await page.locator(":target").evaluateAll((found) => found.map((one) => {
        const box = one.getBoundingClientRect();
        const style = getComputedStyle(one.tagName === "TR" ? one.firstElementChild : one);
        return { seen: box.top >= 0 && box.bottom <= innerHeight && box.height > 0, colour: one.tagName === "rect" ? style.fill : style.backgroundColor, text: one.textContent.trim().slice(0, 80) };
      }));
      seen.clicks.push({ js, path, href, lit });
    }
    await page.close();
  }
  await context.close();
}

// a report's filter, and the same page as it is printed
for (const { path, choices } of wish.filters ?? []) {
  const context = await browser.newContext();
  const page = await open(context, wish.base + path, { errors: [], outside: [] });
  const whole = await page.locator(".finding:visible").count();
  for (const [name, value] of Object.entries(choices)) {
    if (name === "words") await page.fill(`[name=${name}]`, value);
    else await page.selectOption(`[name=${name}]`, value);
  }
  const cards = page.locator(".finding:visible");
  const found = { whole, shown: await cards.count(), rules: await cards.evaluateAll((all) => all.map((one) => one.dataset.rule)), status: await page.locator(".status").first().textContent() };
  await page.emulateMedia({ media: "print" });
  seen.filters.push({ ...found, printed: await cards.count(), controls: await page.locator("form:visible").count() });
  await context.close();
}

if (wish.search) {
  const context = await browser.newContext();
  const page = await open(context, wish.base + "index.html", { errors: [], outside: [] });
  let files = [];
  page.on("request", (request) => { files.push(request.url().slice(wish.base.length)); });
  await page.focus("#q"); // nobody types in the moment of going to the box
  await page.waitForSelector("form.search[data-ready]");
  seen.prepared = files.filter((file) => file.startsWith("search/"));
  for (const words of wish.search) {
    await page.fill("#q", "");
    files = [];
    // from the word in the box to the answer drawn: what it loads, finds, and puts on the page
    const took = await page.evaluate((typed) => new Promise((done) => {
      const form = document.querySelector("form.search");
      form.dataset.took = "";
      const started = performance.now();
      new MutationObserver(() => {
        if (form.dataset.took) requestAnimationFrame(() => setTimeout(() => done(performance.now() - started)));
      }).observe(form, { attributes: true, attributeFilter: ["data-took"] });
      form.elements.q.value = typed;
      form.elements.q.dispatchEvent(new Event("input", { bubbles: true }));
    }), words);
    seen.search.push({
      words,
      took,
      files,
      status: await page.locator("form.search .status").textContent(),
      found: await page.locator(".results a").allTextContents(),
      first: await page.locator(".results a").first().getAttribute("href").catch(() => null),
    });
  }
  await context.close();
}

if (wish.query) {
  const context = await browser.newContext();
  const notes = { errors: [], outside: [] };
  const page = await open(context, wish.base + wish.query, notes);
  await page.waitForSelector(".answer table", { timeout: 20000 });
  await page.fill("#sql", "SELECT count(*) AS n, sum(amount) AS total FROM budget_lines WHERE item_code = 'revenue'");
  await page.click("form.query button[type=submit]");
  seen.query = { ...notes, cells: await page.locator(".answer td").allTextContents() };
  await context.close();
}

await browser.close();
console.log(JSON.stringify(seen));
